import { catalogue } from './message.js';

/** What is said of files whose content decides what a build makes. */
export const digestMessages = catalogue('digest', {
  unreadable: (path: string, reason: string) => ({
    text: `\`${path}\` cannot be read: ${reason}`,
    hint: 'a build reads it, so its content must be known; give this user the right to read it, or take it out of the template',
  }),
  unstable: (path: string) => ({
    text: `\`${path}\` changes while it is read`,
    hint: 'wait until what writes it has finished',
  }),
});
