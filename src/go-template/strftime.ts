import { dayOfYear, formatGoTime } from './go-layout.js';
import { GoFunctionError } from './error.js';

/** What each letter means, as a Go layout where there is one. */
const LAYOUTS: Record<string, string> = {
  A: 'Monday',
  a: 'Mon',
  B: 'January',
  b: 'Jan',
  h: 'Jan',
  c: 'Mon Jan _2 15:04:05 2006',
  D: '01/02/06',
  d: '02',
  e: '_2',
  F: '2006-01-02',
  H: '15',
  I: '03',
  j: '002',
  M: '04',
  m: '01',
  p: 'PM',
  R: '15:04',
  r: '03:04:05 PM',
  S: '05',
  T: '15:04:05',
  v: '_2-Jan-2006',
  X: '15:04:05',
  x: '01/02/06',
  Y: '2006',
  y: '06',
  Z: 'MST',
  z: '-0700',
};

/**
 * Writes a time in UTC by a C format such as `%Y-%m-%d`.
 * @throws GoFunctionError for a letter that means nothing
 */
export function strftime(time: Date, format: string): string {
  return format.replace(/%(.?)/gsu, (_, letter: string) => {
    const layout = LAYOUTS[letter];
    return layout === undefined ? computed(time, letter) : formatGoTime(time, layout);
  });
}

function computed(time: Date, letter: string): string {
  const hour = time.getUTCHours();
  const weekday = time.getUTCDay();
  switch (letter) {
    case '%':
      return '%';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'C':
      return String(Math.floor(time.getUTCFullYear() / 100)).padStart(2, '0');
    case 'k':
      return String(hour).padStart(2);
    case 'l':
      return String(hour % 12 || 12).padStart(2);
    case 'U':
      return week(dayOfYear(time) - 1 - weekday);
    case 'W':
      return week(dayOfYear(time) - 1 - ((weekday + 6) % 7));
    case 'u':
      return String(weekday || 7);
    case 'V':
      return isoWeek(time);
    case 'w':
      return String(weekday);
    default:
      throw new GoFunctionError(`\`%${letter}\` means nothing in a time format`);
  }
}

/** The number of a week that begins on this day of the year, from 0; days before the first such day are in week 0. */
const week = (firstDay: number): string => String(Math.floor((firstDay + 7) / 7)).padStart(2, '0');

function isoWeek(time: Date): string {
  const thursday = new Date(time.getTime() + (3 - ((time.getUTCDay() + 6) % 7)) * 86_400_000);
  return String(Math.floor((dayOfYear(thursday) - 1) / 7) + 1).padStart(2, '0');
}
