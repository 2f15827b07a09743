import { tunnelPort } from '../../../src/contract/helpers/tunnel-port.js';
import { image } from './image.js';
import { instance } from './instance.js';
import { instanceProfile, role } from './instance-profile.js';
import { keyPair } from './key-pair.js';
import { object } from './object.js';
import { launchTemplate } from './launch-template.js';
import { securityGroup } from './security-group.js';
import { snapshot } from './snapshot.js';
import { volume } from './volume.js';

/** Everything that the Amazon components create, known under the name of the first of them. */
export const amazonKinds = [
  image,
  instance,
  instanceProfile,
  keyPair,
  launchTemplate,
  object,
  role,
  securityGroup,
  snapshot,
  tunnelPort,
  volume,
] as const;
