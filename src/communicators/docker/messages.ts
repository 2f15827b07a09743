import { catalogue } from '../../messages/message.js';

export const messages = catalogue('docker-files', {
  sourceUnreadable: (path: string, reason: string) => ({ text: `\`${path}\` cannot be read: ${reason}` }),
  noFolder: (folder: string) => ({
    text: `there is no folder \`${folder}\` in the container`,
    hint: 'make it with a `shell` provisioner before',
  }),
  noFile: (path: string) => ({ text: `there is no file \`${path}\` in the container` }),
  downloadFailed: (path: string, reason: string) => ({
    text: `\`${path}\` could not be copied out of the container: ${reason}`,
  }),
  noUser: (user: string, reason: string) => ({
    text: `the user \`${user}\` of the container is not known there: ${reason}`,
  }),
});
