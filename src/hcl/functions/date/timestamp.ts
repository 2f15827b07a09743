import { BigFloat } from '../../values/number.js';
import { NUMBER, STRING, objectOf, type Type } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, numberValue, wholeNumber } from '../define.js';
import { parseNanoseconds } from './duration.js';
import { MONTHS, WEEKDAYS, calendarOf, isoWeekOf, momentOf, type Moment } from './moment.js';
import { parseRfc3339, writeRfc3339 } from './rfc3339.js';

const SECOND = 1_000_000_000n;

export const timestamp = define({
  name: 'timestamp',
  summary: 'the time now in UTC, another one each time',
  parameters: [],
  returns: STRING,
  call: (_, context) => Value.string(writeRfc3339(momentOf(context.now()))),
});

/** The result keeps the offset and loses fractions of a second. */
export const timeadd = define({
  name: 'timeadd',
  summary: 'a time stamp moved by a duration such as `1h30m`',
  parameters: [
    { name: 'timestamp', type: STRING },
    { name: 'duration', type: STRING },
  ],
  returns: STRING,
  call: ([time, duration]) => {
    const moment = parseRfc3339(time.text);
    if (!moment) throw badArgument(0, `\`${time.text}\` is not an RFC 3339 time stamp`);
    const step = parseNanoseconds(duration.text);
    if (step === undefined) throw badArgument(1, `\`${duration.text}\` is not a duration such as \`90s\` or \`1h30m\``);
    const total = moment.unix * SECOND + BigInt(moment.nanoseconds) + step;
    const nanoseconds = ((total % SECOND) + SECOND) % SECOND;
    const unix = (total - nanoseconds) / SECOND;
    return Value.string(writeRfc3339({ ...moment, unix, nanoseconds: Number(nanoseconds) }));
  },
});

export const rfc3339Parse = define({
  name: 'rfc3339_parse',
  summary: 'the parts of an RFC 3339 time stamp',
  parameters: [{ name: 'timestamp', type: STRING }],
  returns: partsType('unix', NUMBER),
  call: ([time]) => {
    const moment = parseRfc3339(time.text, 'T ');
    if (!moment) throw badArgument(0, `\`${time.text}\` is not an RFC 3339 time stamp`);
    return partsOf(moment, ['unix', Value.number(BigFloat.counted(moment.unix))]);
  },
});

export const unixTimestampParse = define({
  name: 'unix_timestamp_parse',
  summary: 'the parts of a time in seconds since 1970, in UTC',
  parameters: [{ name: 'seconds', type: NUMBER }],
  returns: partsType('rfc3339', STRING),
  call: ([seconds]) => {
    const moment: Moment = { unix: wholeNumber(seconds, 0), nanoseconds: 0, offsetMinutes: 0 };
    return partsOf(moment, ['rfc3339', Value.string(writeRfc3339(moment))]);
  },
});

function partsType(further: string, type: Type): Type {
  const numbers = ['year', 'month', 'day', 'hour', 'minute', 'second', 'year_day', 'weekday', 'iso_year', 'iso_week'];
  return objectOf([
    ...numbers.map((name) => [name, NUMBER] as const),
    ...['month_name', 'weekday_name'].map((name) => [name, STRING] as const),
    [further, type],
  ]);
}

function partsOf(moment: Moment, further: readonly [string, Value]): Value {
  const calendar = calendarOf(moment);
  const week = isoWeekOf(calendar);
  const numbers = {
    year: calendar.year,
    month: calendar.month,
    day: calendar.day,
    hour: calendar.hour,
    minute: calendar.minute,
    second: calendar.second,
    year_day: calendar.yearDay,
    weekday: calendar.weekday,
    iso_year: week.year,
    iso_week: week.week,
  };
  return Value.object([
    ...Object.entries(numbers).map(([name, number]): [string, Value] => [name, numberValue(number)]),
    ['month_name', Value.string(MONTHS[calendar.month - 1] as string)],
    ['weekday_name', Value.string(WEEKDAYS[calendar.weekday] as string)],
    further,
  ]);
}
