import { catalogue } from '../../src/messages/message.js';

/** What the `shell` provisioner says when something is wrong. */
export const messages = catalogue('shell', {
  disconnected: (path: string) => ({
    text: `the session ended before the script \`${path}\` did`,
    hint: 'if the script restarts the machine or its network, set `expect_disconnect = true`',
  }),
  notStarted: (path: string, limit: string, reason: string) => ({
    text: `the script \`${path}\` could not be started within ${limit}: ${reason}`,
    hint: 'check that the user may write to `remote_folder`; `start_retry_timeout` sets the limit',
  }),
  notWritten: (path: string, reason: string) => ({
    text: `\`${path}\` in the machine cannot be written: ${reason}`,
    hint: 'choose another folder with `remote_folder`',
  }),
  notRemoved: (path: string, reason: string) => ({
    text: `the temporary file \`${path}\` in the machine could not be removed: ${reason}`,
    hint: 'remove it yourself, or leave it with `skip_clean = true`',
  }),
});
