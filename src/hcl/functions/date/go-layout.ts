import { MONTHS, WEEKDAYS, calendarOf, padded, type Calendar, type Moment } from './moment.js';
import { writeOffset } from './rfc3339.js';

type Part = (calendar: Calendar, moment: Moment) => string;

const hour12 = ({ hour }: Calendar): number => (hour % 12 === 0 ? 12 : hour % 12);

/** The parts of the reference time `Mon Jan 2 15:04:05 MST 2006`, longer spellings before those that begin them. */
const PARTS: readonly (readonly [RegExp, Part])[] = [
  [/^January/, ({ month }) => MONTHS[month - 1] as string],
  [/^Jan(?![a-z])/, ({ month }) => (MONTHS[month - 1] as string).slice(0, 3)],
  [/^Monday/, ({ weekday }) => WEEKDAYS[weekday] as string],
  [/^Mon(?![a-z])/, ({ weekday }) => (WEEKDAYS[weekday] as string).slice(0, 3)],
  [/^MST/, (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'UTC' : writeOffset(offsetMinutes, ''))],
  [/^002/, ({ yearDay }) => padded(yearDay, 3)],
  [/^01/, ({ month }) => padded(month, 2)],
  [/^02/, ({ day }) => padded(day, 2)],
  [/^03/, (calendar) => padded(hour12(calendar), 2)],
  [/^04/, ({ minute }) => padded(minute, 2)],
  [/^05/, ({ second }) => padded(second, 2)],
  [/^06/, ({ year }) => padded(year % 100, 2)],
  [/^15/, ({ hour }) => padded(hour, 2)],
  [/^1/, ({ month }) => String(month)],
  [/^2006/, ({ year }) => padded(year, 4)],
  [/^_2006/, ({ year }) => `_${padded(year, 4)}`],
  [/^__2/, ({ yearDay }) => String(yearDay).padStart(3)],
  [/^_2/, ({ day }) => String(day).padStart(2)],
  [/^2/, ({ day }) => String(day)],
  [/^3/, (calendar) => String(hour12(calendar))],
  [/^4/, ({ minute }) => String(minute)],
  [/^5/, ({ second }) => String(second)],
  [/^PM/, ({ hour }) => (hour < 12 ? 'AM' : 'PM')],
  [/^pm/, ({ hour }) => (hour < 12 ? 'am' : 'pm')],
  [/^-07:00:00/, (_, { offsetMinutes }) => `${writeOffset(offsetMinutes, ':')}:00`],
  [/^-07:00/, (_, { offsetMinutes }) => writeOffset(offsetMinutes, ':')],
  [/^-070000/, (_, { offsetMinutes }) => `${writeOffset(offsetMinutes, '')}00`],
  [/^-0700/, (_, { offsetMinutes }) => writeOffset(offsetMinutes, '')],
  [/^-07/, (_, { offsetMinutes }) => writeOffset(offsetMinutes, '').slice(0, 3)],
  [/^Z07:00:00/, (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'Z' : `${writeOffset(offsetMinutes, ':')}:00`)],
  [/^Z07:00/, (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'Z' : writeOffset(offsetMinutes, ':'))],
  [/^Z070000/, (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'Z' : `${writeOffset(offsetMinutes, '')}00`)],
  [/^Z0700/, (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'Z' : writeOffset(offsetMinutes, ''))],
  [/^Z07/, (_, { offsetMinutes }) => (offsetMinutes === 0 ? 'Z' : writeOffset(offsetMinutes, '').slice(0, 3))],
];

/** Fractions of a second: as many digits as zeros stand there, or as nines with zeros at the end left out. */
const FRACTION = /^([.,])(0+|9+)(?!\d)/;

/** A moment in a layout of Go: the layout shows how the reference time would be written. */
export function writeLayout(layout: string, moment: Moment): string {
  const calendar = calendarOf(moment);
  let result = '';
  for (let rest = layout; rest !== '';) {
    const fraction = FRACTION.exec(rest);
    if (fraction) {
      result += writeFraction(fraction[1] as string, fraction[2] as string, moment.nanoseconds);
      rest = rest.slice(fraction[0].length);
      continue;
    }
    const found = PARTS.find(([pattern]) => pattern.test(rest));
    result += found ? found[1](calendar, moment) : rest[0];
    rest = rest.slice(found?.[0].exec(rest)?.[0].length ?? 1);
  }
  return result;
}

function writeFraction(separator: string, digits: string, nanoseconds: number): string {
  const exact = padded(nanoseconds, 9).padEnd(digits.length, '0').slice(0, digits.length);
  if (digits.startsWith('0')) return separator + exact;
  const short = exact.replace(/0+$/, '');
  return short === '' ? '' : separator + short;
}
