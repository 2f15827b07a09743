import type { Diagnostic } from '../../../src/hcl/diagnostic.js';
import { mutate } from '../../support/hcl-mutator.js';
import type { Random } from '../../support/random.js';
import { hold } from '../target.js';

const WORDS = [
  '{', '}', '[', ']', '(', ')', '"', '${', '%{', '~}', '<<E\n', 'E\n', '<<-E\n', '\n', '\r\n', ' ', '=', '=>', '...', ',', '.', ':', '::',
  '?', '*', '!', '-', '+', '/', '%', '&&', '||', '<=', '>', '\\', '#', '//', '/*', '*/', 'for ', 'if ', ' in ', 'endif', 'null', 'true',
  '0', '1', '1e9', '.5', 'a', 'var', 'b-c', '\u00a0', '\ufeff', '\ud800', '\u0301', '👍', '\0', '\t', '$${', '\\u12', 'é',
]; // prettier-ignore

/** Words of the language in any order, sometimes any characters. */
export function noise(random: Random): string {
  const parts = random.list(24, () =>
    random.oneIn(8) ? String.fromCharCode(random.below(0x10000)) : random.pick(WORDS),
  );
  return parts.join('');
}

const SCALARS = [
  'null',
  'true',
  '1',
  '-0',
  '1.5e3',
  '1e999',
  '"x"',
  '"${a}"',
  '"%{ if a }"',
  '"\\u00e9"',
  '"{{user `a`}}"',
  '""',
];
const KEYS = [
  'a',
  'builders',
  'type',
  'variables',
  'provisioners',
  'post-processors',
  'name',
  'only',
  'min_packer_version',
  '_c',
  '//',
];

/** JSON that looks like a template, often damaged. */
export function jsonText(random: Random): string {
  const value = (depth: number): string => {
    const kind = depth === 0 ? 0 : random.below(3);
    if (kind === 0) return random.pick(SCALARS);
    if (kind === 1) return `[${random.list(3, () => value(depth - 1)).join(', ')}]`;
    return `{${random.list(4, () => `"${random.pick(KEYS)}": ${value(depth - 1)}`).join(', ')}}`;
  };
  const text = `{${random.list(4, () => `"${random.pick(KEYS)}": ${value(3)}`).join(',\n')}}`;
  return random.oneIn(2) ? mutate(text, random) : text;
}

/** Every fault has a code, and a place in the text where it has one at all. */
export function holdPlaces(diagnostics: readonly Diagnostic[], text: string): void {
  for (const { code, subject } of diagnostics) {
    hold(/^[a-z0-9-]+\/[a-z0-9-]+$/.test(code), `a code: ${code}`);
    if (subject)
      hold(subject.start.offset <= subject.end.offset && subject.end.offset <= text.length, `${code} has a place`);
  }
}
