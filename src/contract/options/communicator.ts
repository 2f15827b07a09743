import type { Decoded } from '../schema.js';
import { duration, text } from '../schema.js';
import { sshOptions } from './communicator/ssh-options.js';
import { winrmOptions } from './communicator/winrm-options.js';

export { sshTargetFrom, type KnownAddress } from './communicator/target.js';
export { temporaryKeyPair } from './communicator/temporary-key.js';
export { validateCommunicator, type CommunicatorValidation } from './communicator/validate.js';

/** Options of every builder whose machine is logged in to. */
export const communicatorOptions = {
  communicator: text({
    description: 'Way into the machine; `none` for builds that need none.',
    default: 'ssh',
    values: ['ssh', 'winrm', 'none'],
  }),
  pause_before_connecting: duration({
    description: 'Time to wait after the first login, before logging in anew.',
    default: '0s',
  }),
  ...sshOptions,
  ...winrmOptions,
} as const;

/** The decoded options; a builder may offer more kinds of communicators. */
export type CommunicatorConfig = Omit<Decoded<{ readonly attributes: typeof communicatorOptions }>, 'communicator'> & {
  readonly communicator: string;
};
