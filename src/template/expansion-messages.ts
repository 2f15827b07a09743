import { catalogue } from '../messages/message.js';

/** What is said about `for_each`, `count` and `enabled`. */
export const messages = catalogue('expansion', {
  both: () => ({ text: '`for_each` and `count` cannot be used together', hint: 'remove one of them' }),
  notKnown: (name: string) => ({
    text: `\`${name}\` depends on something that is not known yet`,
    hint: `what \`${name}\` refers to must be known before anything is built; for data sources, validate with \`-evaluate-datasources\``,
  }),
  sensitive: (name: string) => ({
    text: `\`${name}\` holds a secret`,
    hint: `names of builds are shown, so \`${name}\` must not depend on sensitive values: use a map whose keys are no secrets`,
  }),
  collection: (reason: string) => ({
    text: `\`for_each\` ${reason}`,
    hint: 'give it a map, an object, or a list or set of strings; for a list of objects write `{ for item in LIST : item.name => item }`',
  }),
  duplicateKey: (key: string) => ({
    text: `\`for_each\` holds \`${key}\` twice`,
    hint: 'each string of a list names one instance: wrap the list in `distinct(…)`',
  }),
  key: (key: string) => ({
    text: `\`${key}\` cannot be a key of \`for_each\``,
    hint: 'keys become part of names of builds and files: use letters, digits, `_`, `-` and `.`, with a letter, digit or `_` at the start',
  }),
  count: (reason: string) => ({ text: `\`count\` ${reason}`, hint: 'give it a whole number from 0 to 10000' }),
  tooMany: (count: number) => ({
    text: `\`for_each\` has ${count} elements`,
    hint: 'at most 10000 instances can be made of one block',
  }),
  noInstance: (reference: string, known: readonly string[], meant: string | undefined) => ({
    text: `there is no instance \`${reference}\``,
    hint:
      meant !== undefined
        ? `did you mean \`${meant}\`?`
        : known.length === 0
          ? 'the source has no instances'
          : `instances: ${known.map((name) => `\`${name}\``).join(', ')}`,
  }),
  notExpanded: (reference: string) => ({
    text: `\`${reference}\` is a single source, without instances`,
    hint: 'leave out the key, or give the source `for_each` or `count`',
  }),
});
