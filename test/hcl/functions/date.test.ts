import { describe, expect, it } from 'vitest';
import { writeLayout } from '../../../src/hcl/functions/date/go-layout.js';
import { calendarOf, daysOf, isoWeekOf } from '../../../src/hcl/functions/date/moment.js';
import { evaluateText, functionContext, jsonOf } from '../../support/expressions.js';

describe('time stamps', () => {
  it.each([
    ['timestamp()', '"2031-02-03T04:05:06Z"'],
    ['legacy_isotime()', '"2031-02-03T04:05:06Z"'],
    ['legacy_isotime("")', '""'],
    ['legacy_isotime("Mon Jan _2 15:04:05.000 MST 2006")', '"Mon Feb  3 04:05:06.789 UTC 2031"'],
    [
      'legacy_strftime("%Y-%m-%dT%H:%M:%S%L %a %A %b %B %I %p %y %z %% %q %")',
      '"2031-02-03T04:05:06.789 Mon Monday Feb February 04 AM 31 +0000 % %q %"',
    ],
    ['formatdate("\'\'", timestamp())', '"\'"'],
    ['timeadd("2031-02-03T04:05:06Z", "-2562047h47m16.854775807s")', '"1738-10-25T04:17:49Z"'],
    ['unix_timestamp_parse(9223372036854775807).rfc3339', '"292277026596-12-04T15:30:07Z"'],
    ['unix_timestamp_parse(-62135596801).rfc3339', '"0000-12-31T23:59:59Z"'],
    ['unix_timestamp_parse("1582934400").iso_week', '9'],
  ])('%s is %s', (expression, json) => expect(jsonOf(expression)).toBe(json));

  it.each([
    ['formatdate("YYYY", "2031-02-03T04:05:06,5Z")', 'not an RFC 3339'],
    ['formatdate("YYYY", "2031-02-03T04:05:06+24:00")', 'not an RFC 3339'],
    ['formatdate("constructor", timestamp())', 'is not a verb'],
    ['timeadd(timestamp(), "2562048h")', 'is not a duration'],
    ['legacy_isotime("a", "b")', 'takes one format'],
  ])('refuses %s', (expression, words) => expect(() => evaluateText(expression)).toThrow(words));

  it('show the start of the run, not the time now, where they are legacy', () => {
    const context = functionContext({ startTime: new Date(0) });
    expect(evaluateText('legacy_isotime()', new Map(), context).text).toBe('1970-01-01T00:00:00Z');
  });
});

describe('calendar', () => {
  it('agrees with Date over two thousand years', () => {
    for (let days = daysOf(1000, 1, 1); days < daysOf(3000, 1, 1); days += 17) {
      const date = new Date(days * 86_400_000);
      const { year, month, day, weekday, yearDay } = calendarOf({
        unix: BigInt(days) * 86_400n,
        nanoseconds: 0,
        offsetMinutes: 0,
      });
      const start = Date.UTC(date.getUTCFullYear(), 0, 1) / 86_400_000;
      expect([year, month, day, weekday, yearDay]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
        date.getUTCDay(),
        days - start + 1,
      ]);
    }
  });
  it.each([
    [2020, 12, 31, 2020, 53],
    [2021, 1, 3, 2020, 53],
    [2024, 12, 30, 2025, 1],
    [2027, 1, 1, 2026, 53],
  ])('%i-%i-%i is in week %i-%i', (year, month, day, weekYear, week) => {
    const unix = BigInt(daysOf(year, month, day)) * 86_400n;
    expect(isoWeekOf(calendarOf({ unix, nanoseconds: 0, offsetMinutes: 0 }))).toEqual({ year: weekYear, week });
  });
});

describe('layouts of Go', () => {
  const moment = { unix: 1_927_857_906n, nanoseconds: 120_000_000, offsetMinutes: -330 };
  it.each([
    ['2006-01-02T15:04:05Z07:00', '2031-02-02T22:35:06-05:30'],
    ['Monday, January 2 3:4:5 PM pm 06 002 __2', 'Sunday, February 2 10:35:6 PM pm 31 033  33'],
    ['Month Jane 20067 .999 .000000 ,000', 'Month Jane 20317 .12 .120000 ,120'],
    ['-07 -0700 -070000 -07:00:00 Z0700 Z07', '-05 -0530 -053000 -05:30:00 -0530 -05'],
  ])('%s', (layout, text) => expect(writeLayout(layout, moment)).toBe(text));
});
