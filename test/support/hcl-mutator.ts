import type { Random } from './random.js';

const SNIPPETS = [
  '{', '}', '[', ']', '(', ')', '"', '${', '%{', '~}', '<<E\n', 'E\n', '<<-E', '\n', '\r', ' ', '=', '==', '=>', '...', ',',
  '.', ':', '?', '*', '!', '-', '~', '&', '|', ';', "'", '`', '\\', '#', '//', '/*', '*/', 'for', 'if', 'in', 'endif', 'null',
  '0', '1e', '.5', '\u00a0', '\ufeff', '\ud800', '👍', '\0', '%{ if x }', '%{ endfor }', '$${', '\\u12', 'a = 1\n', 'b {\n',
]; // prettier-ignore

/** The text with some random cuts, insertions, swaps and repetitions: what a slip of the hand or a bad merge leaves. */
export function mutate(text: string, random: Random, times = 1 + random.below(4)): string {
  let result = text;
  for (let count = 0; count < times; count++) {
    const at = random.below(result.length + 1);
    const end = Math.min(result.length, at + 1 + random.below(random.oneIn(4) ? 60 : 4));
    switch (random.below(5)) {
      case 0:
        result = result.slice(0, at) + result.slice(end);
        break;
      case 1:
      case 2:
        result = result.slice(0, at) + random.pick(SNIPPETS) + result.slice(at);
        break;
      case 3:
        result = result.slice(0, end) + result.slice(at);
        break;
      default: {
        const other = random.below(result.length + 1);
        result = result.slice(0, at) + result.slice(other, other + (end - at)) + result.slice(end);
      }
    }
  }
  return result;
}
