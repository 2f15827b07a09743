import { failure } from '../define.js';

/** A conversion of a format string, such as `%-5[2]s`. */
export interface Verb {
  /** As written, for messages. */
  readonly raw: string;
  readonly mode: string;
  /** Of the argument, counted from 0. */
  readonly argument: number;
  readonly zero: boolean;
  readonly sharp: boolean;
  readonly minus: boolean;
  readonly plus: boolean;
  readonly space: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

const VERB = /%([0#\-+ ]*)([1-9]\d*)?(?:\.(\d*))?(?:\[([1-9]\d*)\])?([a-zA-Z%])/y;

/** Widths and precisions beyond this are a mistake, and would only fill memory. */
const LARGEST = 1_000_000;

/** The literal texts and verbs of a format string in order. Throws for a `%` that starts no verb. */
export function parseFormat(format: string): (string | Verb)[] {
  const parts: (string | Verb)[] = [];
  let next = 0;
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at);
    if (percent !== at) parts.push(format.slice(at, percent < 0 ? undefined : percent));
    if (percent < 0) break;
    if (format.startsWith('%%', percent)) {
      parts.push('%');
      at = percent + 2;
      continue;
    }
    VERB.lastIndex = percent;
    const match = VERB.exec(format);
    if (!match) throw failure(`the format has no valid verb at offset ${percent}: \`${format.slice(percent)}\``);
    const verb = readVerb(match, next);
    parts.push(verb);
    next = verb.argument + 1;
    at = VERB.lastIndex;
  }
  return parts;
}

function readVerb(match: RegExpExecArray, next: number): Verb {
  const [raw, flags = '', width, precision, index, mode = ''] = match;
  return {
    raw,
    mode,
    argument: index === undefined ? next : Number(index) - 1,
    zero: flags.includes('0'),
    sharp: flags.includes('#'),
    minus: flags.includes('-'),
    plus: flags.includes('+'),
    space: flags.includes(' '),
    width: size(raw, width),
    precision: precision === undefined ? undefined : (size(raw, precision) ?? 0),
  };
}

function size(raw: string, digits: string | undefined): number | undefined {
  if (!digits) return undefined;
  const number = Number(digits);
  if (number > LARGEST) throw failure(`the width or precision of \`${raw}\` is larger than ${LARGEST}`);
  return number;
}
