import { calendarOf, daysOf, padded, type Moment } from './moment.js';

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)([T ])(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|([-+])(\d\d):(\d\d))$/;

/** Reads an RFC 3339 time stamp; `separators` are the characters that may stand before the time. */
export function parseRfc3339(text: string, separators = 'T'): Moment | undefined {
  const match = RFC3339.exec(text);
  if (!match || !separators.includes(match[4] as string)) return undefined;
  const numbers = [1, 2, 3, 5, 6, 7].map((group) => Number(match[group]));
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const offset = match[9] === 'Z' ? [0, 0] : [Number(match[11]), Number(match[12])];
  const [offsetHours = 0, offsetRest = 0] = offset;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetRest > 59) return undefined;
  const offsetMinutes = (match[10] === '-' ? -1 : 1) * (offsetHours * 60 + offsetRest);
  const seconds = daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offsetMinutes * 60;
  return {
    unix: BigInt(seconds),
    nanoseconds: Number((match[8] ?? '').slice(0, 9).padEnd(9, '0')),
    offsetMinutes: offsetMinutes === 0 ? 0 : offsetMinutes,
  };
}

function daysIn(year: number, month: number): number {
  return month === 12 ? 31 : daysOf(year, month + 1, 1) - daysOf(year, month, 1);
}

/** The moment in RFC 3339 in whole seconds, at its own offset. */
export function writeRfc3339(moment: Moment): string {
  const { year, month, day, hour, minute, second } = calendarOf(moment);
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  const time = `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}`;
  return `${date}T${time}${moment.offsetMinutes === 0 ? 'Z' : writeOffset(moment.offsetMinutes, ':')}`;
}

/** `+05:30`, or without the colon. */
export function writeOffset(minutes: number, separator: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${separator}${padded(size % 60, 2)}`;
}
