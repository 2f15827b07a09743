const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Elements of a Go time layout; longer ones stand before their beginnings. */
const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|002|__2|_2(?!006)|_(?=2006)|01|02|03|04|05|06|15|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|[1-5]/g;

const two = (value: number): string => String(value).padStart(2, '0');

/** Writes a time in UTC by a Go layout such as `2006-01-02T15:04:05Z07:00`. Parts of a second are milliseconds. */
export function formatGoTime(time: Date, layout: string): string {
  return layout.replace(ELEMENT, (element) => {
    if (element === '_') return element;
    const fraction = /^([.,])(0+|9+)$/.exec(element);
    if (fraction) return fractionOf(time, fraction[1] as string, fraction[2] as string);
    return part(time, element);
  });
}

function part(time: Date, element: string): string {
  const month = time.getUTCMonth();
  const day = time.getUTCDate();
  const hour = time.getUTCHours();
  switch (element) {
    case 'January':
      return MONTHS[month] as string;
    case 'Jan':
      return (MONTHS[month] as string).slice(0, 3);
    case '1':
      return String(month + 1);
    case '01':
      return two(month + 1);
    case 'Monday':
      return DAYS[time.getUTCDay()] as string;
    case 'Mon':
      return (DAYS[time.getUTCDay()] as string).slice(0, 3);
    case '2':
      return String(day);
    case '_2':
      return String(day).padStart(2);
    case '02':
      return two(day);
    case '002':
      return String(dayOfYear(time)).padStart(3, '0');
    case '__2':
      return String(dayOfYear(time)).padStart(3);
    case '15':
      return two(hour);
    case '3':
      return String(hour % 12 || 12);
    case '03':
      return two(hour % 12 || 12);
    case '4':
      return String(time.getUTCMinutes());
    case '04':
      return two(time.getUTCMinutes());
    case '5':
      return String(time.getUTCSeconds());
    case '05':
      return two(time.getUTCSeconds());
    case '2006':
      return String(time.getUTCFullYear()).padStart(4, '0');
    case '06':
      return two(time.getUTCFullYear() % 100);
    case 'PM':
      return hour < 12 ? 'AM' : 'PM';
    case 'pm':
      return hour < 12 ? 'am' : 'pm';
    case 'MST':
      return 'UTC';
    default:
      return element.startsWith('Z') ? 'Z' : element.replace(/7/g, '0').replace(/^-/, '+');
  }
}

function fractionOf(time: Date, separator: string, digits: string): string {
  const nanoseconds = String(time.getUTCMilliseconds()).padStart(3, '0').padEnd(9, '0').slice(0, digits.length);
  if (digits.startsWith('0')) return separator + nanoseconds.padEnd(digits.length, '0');
  const trimmed = nanoseconds.replace(/0+$/, '');
  return trimmed === '' ? '' : separator + trimmed;
}

/** From 1. */
export const dayOfYear = (time: Date): number =>
  Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
