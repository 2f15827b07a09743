import { formatGoTime } from './go-layout.js';

/** What each letter means, as a Go layout. */
const LAYOUTS: Record<string, string> = {
  A: 'Monday',
  a: 'Mon',
  B: 'January',
  b: 'Jan',
  d: '02',
  H: '15',
  I: '03',
  L: '.000',
  M: '04',
  m: '01',
  p: 'PM',
  S: '05',
  Y: '2006',
  y: '06',
  Z: 'MST',
  z: '-0700',
};

/** Writes a time in UTC by a C format such as `%Y-%m-%d`; letters that mean nothing stay as they are. */
export function strftime(time: Date, format: string): string {
  return format.replace(/%([\s\S])/g, (whole, letter: string) => {
    if (letter === '%') return '%';
    const layout = LAYOUTS[letter];
    return layout === undefined ? whole : formatGoTime(time, layout);
  });
}
