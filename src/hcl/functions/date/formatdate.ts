import { STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define } from '../define.js';
import { MONTHS, WEEKDAYS, calendarOf, padded, type Calendar, type Moment } from './moment.js';
import { parseRfc3339, writeOffset } from './rfc3339.js';

type Verb = (calendar: Calendar, moment: Moment) => string;

const VERBS: Readonly<Record<string, Verb>> = {
  YYYY: ({ year }) => padded(year, 4),
  YY: ({ year }) => padded(year % 100, 2),
  MMMM: ({ month }) => MONTHS[month - 1] as string,
  MMM: ({ month }) => (MONTHS[month - 1] as string).slice(0, 3),
  MM: ({ month }) => padded(month, 2),
  M: ({ month }) => String(month),
  DD: ({ day }) => padded(day, 2),
  D: ({ day }) => String(day),
  EEEE: ({ weekday }) => WEEKDAYS[weekday] as string,
  EEE: ({ weekday }) => (WEEKDAYS[weekday] as string).slice(0, 3),
  hh: ({ hour }) => padded(hour, 2),
  h: ({ hour }) => String(hour),
  HH: ({ hour }) => padded(twelveHour(hour), 2),
  H: ({ hour }) => String(twelveHour(hour)),
  AA: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  aa: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  mm: ({ minute }) => padded(minute, 2),
  m: ({ minute }) => String(minute),
  ss: ({ second }) => padded(second, 2),
  s: ({ second }) => String(second),
  ZZZZZ: (_, { offsetMinutes }) => writeOffset(offsetMinutes, ':'),
  ZZZZ: (_, { offsetMinutes }) => writeOffset(offsetMinutes, ''),
  ZZZ: (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'UTC' : writeOffset(offsetMinutes, '')),
  Z: (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'Z' : writeOffset(offsetMinutes, ':')),
};

/** Shows the time at its own offset. Letters are verbs, text in single quotes and all else stands for itself. */
export const formatdate = define({
  name: 'formatdate',
  summary: 'a time stamp in a form of its own',
  parameters: [
    { name: 'format', type: STRING },
    { name: 'timestamp', type: STRING },
  ],
  returns: STRING,
  call: ([format, timestamp]) => {
    const moment = parseRfc3339(timestamp.text);
    if (!moment) throw badArgument(1, `\`${timestamp.text}\` is not an RFC 3339 time stamp`);
    const calendar = calendarOf(moment);
    const tokens = format.text.match(/'(?:[^']|'')*(?:'|$)|([a-zA-Z])\1*|[^a-zA-Z']+/g) ?? [];
    return Value.string(tokens.map((token) => show(token, calendar, moment)).join(''));
  },
});

function show(token: string, calendar: Calendar, moment: Moment): string {
  if (token.startsWith("'")) {
    if (token === "''") return "'";
    if (token.length === 1 || !token.endsWith("'")) throw badArgument(0, `the quote at \`${token}\` is not closed`);
    return token.slice(1, -1).replaceAll("''", "'");
  }
  if (!/^[a-zA-Z]/.test(token)) return token;
  const verb = Object.hasOwn(VERBS, token) ? VERBS[token] : undefined;
  if (!verb) throw badArgument(0, `\`${token}\` is not a verb; quote text that stands for itself: \`'${token}'\``);
  return verb(calendar, moment);
}

function twelveHour(hour: number): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}
