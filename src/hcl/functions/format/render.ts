import { BOOL, NUMBER, STRING, type Type } from '../../values/type.js';
import { toJsonText } from '../../values/json.js';
import { Value } from '../../values/value.js';
import { badArgument, convertArgument, failure } from '../define.js';
import { graphemeCount, graphemes } from '../string/graphemes.js';
import { formatFloat, formatInteger, formatShortest } from './number.js';
import { parseFormat, type Verb } from './verb.js';

/**
 * Fills the verbs of a format with arguments, which stand at `firstIndex` in the call.
 * Throws for a faulty format, an argument of the wrong kind, and for too few or too many arguments.
 */
export function renderFormat(format: string, args: readonly Value[], firstIndex = 1): string {
  let used = 0;
  const texts = parseFormat(format).map((part) => {
    if (typeof part === 'string') return part;
    const argument = args[part.argument];
    if (!argument) throw failure(`\`${part.raw}\` needs argument ${part.argument + 1}, but there are ${args.length}`);
    used = Math.max(used, part.argument + 1);
    return renderVerb(part, argument, firstIndex + part.argument);
  });
  if (used < args.length) throw badArgument(firstIndex + used, `the format uses ${used} arguments only`);
  return texts.join('');
}

function renderVerb(verb: Verb, argument: Value, index: number): string {
  if (verb.mode !== 'v' && argument.isNull) throw badArgument(index, `\`${verb.raw}\` cannot show null`);
  const converted = (type: Type): Value => convertArgument(argument, type, index);
  switch (verb.mode) {
    case 'v':
      return pad(verb, plainForm(verb, argument));
    case 't':
      return String(converted(BOOL).truth);
    case 'b':
    case 'd':
    case 'o':
    case 'x':
    case 'X': {
      const number = converted(NUMBER).numeric;
      if (number.isInfinite || !number.isInteger) throw badArgument(index, `\`${verb.raw}\` needs a whole number`);
      return formatInteger(verb, number.toBigInt());
    }
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      return formatFloat(verb, converted(NUMBER).numeric);
    case 's':
      return pad(verb, cut(verb, converted(STRING).text));
    case 'q':
      return pad(verb, toJsonText(Value.string(cut(verb, converted(STRING).text))));
    default:
      throw failure(`\`${verb.raw}\` is not a verb that \`format\` knows`);
  }
}

function plainForm(verb: Verb, argument: Value): string {
  if (!verb.sharp && !argument.isNull) {
    if (argument.type.kind === 'string') return argument.text;
    if (argument.type.kind === 'number') return formatShortest(argument.numeric);
  }
  return toJsonText(argument);
}

function cut(verb: Verb, text: string): string {
  return verb.precision ? graphemes(text).slice(0, verb.precision).join('') : text;
}

/** Zeros, where asked for, stand on either side of any text. */
function pad(verb: Verb, text: string): string {
  const missing = (verb.width ?? 0) - graphemeCount(text);
  if (missing <= 0) return text;
  const padding = (verb.zero ? '0' : ' ').repeat(missing);
  return verb.minus ? text + padding : padding + text;
}
