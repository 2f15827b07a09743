import { BigFloat } from '../../values/number.js';
import { ANY, NUMBER } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, wholeDouble } from '../define.js';

export const parseint = define({
  name: 'parseint',
  summary: 'the integer that a string writes in a base from 2 to 62',
  parameters: [
    { name: 'text', type: ANY },
    { name: 'base', type: NUMBER },
  ],
  returns: ([text]) => {
    requireString(text as Value);
    return NUMBER;
  },
  call: ([text, base]) => {
    requireString(text);
    const radix = wholeDouble(base, 1);
    if (radix < 2 || radix > 62) throw badArgument(1, 'must be from 2 to 62');
    const match = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text.text);
    if (!match) throw badArgument(0, `cannot read \`${text.text}\` as an integer in base ${radix}`);
    let total = 0n;
    for (const character of match[2] as string) {
      const digit = digitValue(character, radix);
      if (digit >= radix) throw badArgument(0, `\`${character}\` is not a digit in base ${radix}`);
      total = total * BigInt(radix) + BigInt(digit);
    }
    return Value.number(BigFloat.counted(match[1] === '-' ? -total : total));
  },
});

function requireString({ type }: Value): void {
  if (type.kind !== 'string') throw badArgument(0, `must be a string, not a ${type.kind}`);
}

/** Lower-case letters are 10 to 35; upper-case ones the same up to base 36, and 36 to 61 beyond. */
function digitValue(character: string, radix: number): number {
  const code = character.charCodeAt(0);
  if (code <= 57) return code - 48;
  if (code >= 97) return code - 97 + 10;
  return code - 65 + (radix > 36 ? 36 : 10);
}
