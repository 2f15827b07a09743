import { catalogue } from '../messages/message.js';

const known = (names: readonly string[]): string =>
  names.length === 0 ? 'the template has no builds' : `builds are ${names.map((name) => `\`${name}\``).join(', ')}`;

/** What is said while a template becomes a plan. */
export const messages = catalogue('plan', {
  pattern: (flag: string, text: string) => ({
    text: `\`${text}\` in \`${flag}\` is not a valid pattern`,
    hint: '`*` stands for any run, `?` for one character, `[abc]` for one of several',
  }),
  onlyWithoutMatch: (text: string, names: readonly string[]) => ({
    text: `\`-only=${text}\` matches no build`,
    hint: known(names),
  }),
  exceptWithoutMatch: (text: string, names: readonly string[]) => ({
    text: `\`-except=${text}\` matches no build and no post-processor`,
    hint: known(names),
  }),
});
