import { catalogue } from '../messages/message.js';

const known = (names: readonly string[]): string =>
  names.length === 0 ? 'the template has no builds' : `builds are ${names.map((name) => `\`${name}\``).join(', ')}`;

/** What is said while a template becomes a plan. */
export const messages = catalogue('plan', {
  duplicateBuild: (name: string, before: string) => ({
    text: `two builds are named \`${name}\`: the other is at ${before}`,
    hint: 'instances need names of their own: give the build block a `name`, or put `${each.key}` in the one it has',
  }),
  artifactUnknown: (written: string, names: readonly string[], meant: string | undefined) => ({
    text: written === '' ? '`artifact` alone names no build' : `no build is named \`${written}\`, or like a part of it`,
    hint:
      meant === undefined ? `write \`artifact.BUILD.path\`; ${known(names)}` : `did you mean \`artifact.${meant}\`?`,
  }),
  artifactAmbiguous: (name: string) => ({
    text: `several builds are named \`${name}\``,
    hint: 'give their build blocks a `name` each',
  }),
  artifactOfItself: (name: string) => ({
    text: `the build \`${name}\` reads its own artifact, which is not there before it is done`,
    hint: 'post-processors get it as their input; within the machine, `build` tells about it',
  }),
  artifactCycle: (names: readonly string[], others: readonly string[]) => ({
    text: `builds wait for each other: ${names.map((name) => `\`${name}\``).join(' reads ')}`,
    hint: `take one of the references away; the ${others.length === 1 ? 'other is' : 'others are'} at ${others.join(', ')}`,
  }),
  artifactWithoutFiles: (name: string) => ({
    text: `the artifact of \`${name}\` has no file`,
    hint: 'where a builder makes no file, `id` is what its artifact is known by',
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
