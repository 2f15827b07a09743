import { BigFloat } from '../../values/number.js';
import { Value } from '../../values/value.js';

const PREFIX = 'tag:yaml.org,2002:';

const WORDS = new Map<string, Value>([
  ...words(Value.bool(true), 'y Y yes Yes YES true True TRUE on On ON'),
  ...words(Value.bool(false), 'n N no No NO false False FALSE off Off OFF'),
  ...words(Value.null(), '~ null Null NULL'),
  ...words(Value.number(BigFloat.POSITIVE_INFINITY), '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...words(Value.number(BigFloat.NEGATIVE_INFINITY), '-.inf -.Inf -.INF'),
  ['', Value.null()],
]);

function words(value: Value, list: string): [string, Value][] {
  return list.split(' ').map((word) => [word, value]);
}

/**
 * What a scalar means. Quoted ones are strings; of plain ones the words of YAML 1.1 are bools, numbers are decimal or
 * binary (`0b11`), and dates and times become RFC 3339. Throws where a tag does not fit the text.
 */
export function resolveScalar(text: string, tag: string | undefined, isPlain: boolean): Value {
  const kind = tag?.startsWith(PREFIX) ? tag.slice(PREFIX.length) : tag === '!' ? 'str' : undefined;
  if (tag !== undefined && kind === undefined) throw new Error(`the tag \`${tag}\` is not supported`);
  if (kind === 'str' || (!isPlain && kind !== 'binary')) return Value.string(text);
  if (kind === 'null') return Value.null();
  if (kind === 'binary') return Value.string(checkedBase64(text));
  const value = resolvePlain(text);
  if (kind === undefined) return value;
  const fits =
    ((kind === 'int' || kind === 'float') && value.type.kind === 'number') ||
    (kind === 'bool' && value.type.kind === 'bool') ||
    (kind === 'timestamp' && parseTimestamp(text) !== undefined);
  if (!fits) throw new Error(`\`${text}\` does not fit the tag \`!!${kind}\``);
  return value;
}

function resolvePlain(text: string): Value {
  if (/^\.nan$/i.test(text)) throw new Error('a number must not be `.nan`');
  const word = WORDS.get(text);
  if (word) return word;
  if (text.startsWith('.')) return toNumber(text) ?? Value.string(text);
  if (!/^[-+0-9]/.test(text)) return Value.string(text);
  const time = parseTimestamp(text);
  if (time !== undefined) return Value.string(time);
  const plain = text.replaceAll('_', '');
  const number = toNumber(plain);
  if (number) return number;
  const binary = /^(-?)0b(.*)$/.exec(plain);
  if (!binary) return Value.string(text);
  if (!/^[01]+$/.test(binary[2] ?? '')) throw new Error(`\`${text}\` is not a binary number`);
  const magnitude = BigInt(`0b${binary[2]}`);
  return Value.number(BigFloat.fromInteger(binary[1] ? -magnitude : magnitude));
}

function toNumber(text: string): Value | undefined {
  const number = BigFloat.parse(text);
  return number && Value.number(number);
}

function checkedBase64(text: string): string {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/\s/g, ''))) {
    throw new Error(`\`${text}\` is not valid base64`);
  }
  return text;
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d*)?(Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d*)?)?$/;

/** A date, a time with its offset, or a time behind a space without one, as RFC 3339 in whole seconds. */
function parseTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, year = '', month, day, h1, m1, s1, offset, h2, m2, s2] = match;
  const parts = [month, day, h1 ?? h2 ?? '0', m1 ?? m2 ?? '0', s1 ?? s2 ?? '0'].map(Number);
  const [mm = 0, dd = 0, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(Date.UTC(2000, mm - 1, dd));
  date.setUTCFullYear(Number(year), mm - 1, dd);
  const isReal = date.getUTCMonth() === mm - 1 && date.getUTCDate() === dd;
  if (!isReal || hour > 23 || minute > 59 || second > 59) return undefined;
  const [mo, da, ho, mi, se] = parts.map((part) => String(part).padStart(2, '0'));
  return `${year}-${mo}-${da}T${ho}:${mi}:${se}${offset === undefined || /00:00$/.test(offset) ? 'Z' : offset}`;
}
