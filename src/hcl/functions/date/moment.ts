/** A point in time as seen at an offset from UTC. Years may have any number of digits. */
export interface Moment {
  /** Seconds since 1970 in UTC. */
  readonly unix: bigint;
  /** 0 to 999 999 999. */
  readonly nanoseconds: number;
  /** East of UTC. */
  readonly offsetMinutes: number;
}

/** What calendar and clock show at a moment. */
export interface Calendar {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** The first of January is 1. */
  readonly yearDay: number;
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

const DAY = 86_400n;

/** Days since 1970 of a date of the Gregorian calendar, extended to all years. */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** What a clock at the moment's offset shows. */
export function calendarOf(moment: Moment): Calendar {
  const local = moment.unix + BigInt(moment.offsetMinutes) * 60n;
  const secondOfDay = Number(((local % DAY) + DAY) % DAY);
  const days = Number((local - BigInt(secondOfDay)) / DAY);
  // Years begin in March here, so that a leap day is the last day of one.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(secondOfDay / 3600),
    minute: Math.floor(secondOfDay / 60) % 60,
    second: secondOfDay % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysOf(year, 1, 1) + 1,
  };
}

/** Year and number of the ISO 8601 week: the one that holds the Thursday of the week. */
export function isoWeekOf(calendar: Calendar): { year: number; week: number } {
  const today = daysOf(calendar.year, calendar.month, calendar.day);
  const thursday = today + 4 - (calendar.weekday || 7);
  const year = calendarOf({ unix: BigInt(thursday) * DAY, nanoseconds: 0, offsetMinutes: 0 }).year;
  return { year, week: Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1 };
}

/** The moment of a `Date`, at UTC. */
export function momentOf(date: Date): Moment {
  const milliseconds = date.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  return { unix: BigInt(seconds), nanoseconds: (milliseconds - seconds * 1000) * 1_000_000, offsetMinutes: 0 };
}

/** A number with at least `width` digits. */
export function padded(number: number, width: number): string {
  return number < 0 ? `-${padded(-number, width)}` : String(number).padStart(width, '0');
}
