import { catalogue } from '../messages/message.js';

/** What the communicators beside SSH say. */
export const messages = catalogue('connection', {
  noTransferWithoutCommunicator: () => ({
    text: 'files cannot be copied: the communicator is `none`',
    hint: 'choose `communicator = "ssh"`, or take the provisioner out',
  }),
  winrmUnsupported: () => ({
    text: 'WinRM is not yet supported',
    hint: 'switch to `communicator = "ssh"`: Windows brings OpenSSH as an optional feature',
  }),
});
