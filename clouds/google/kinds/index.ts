import { tunnelPort } from '../../../src/contract/helpers/tunnel-port.js';
import { disk } from './disk.js';
import { image } from './image.js';
import { instance } from './instance.js';
import { loginKey } from './login-key.js';

/** Everything that the Google components create, known under the name of the first of them. */
export const googleKinds = [disk, image, instance, loginKey, tunnelPort] as const;
