import { catalogue } from '../messages/message.js';

const known = (names: readonly string[]): string =>
  names.length === 0 ? 'the template has no builds' : `builds are ${names.map((name) => `\`${name}\``).join(', ')}`;

/** What is said while a template becomes a plan. */
export const messages = catalogue('plan', {
  duplicateBuild: (name: string, before: string) => ({
    text: `two builds are named \`${name}\`: the other is at ${before}`,
    hint: 'instances need names of their own: give the build block a `name`, or put `${each.key}` in the one it has',
  }),
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
