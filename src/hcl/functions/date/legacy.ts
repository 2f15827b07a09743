import { STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { define, failure } from '../define.js';
import { writeLayout } from './go-layout.js';
import { momentOf, type Moment } from './moment.js';
import { writeRfc3339 } from './rfc3339.js';

/** The letters of `strftime` that exist, as layouts of Go; all others stay as written. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  a: 'Mon',
  A: 'Monday',
  b: 'Jan',
  B: 'January',
  d: '02',
  H: '15',
  I: '03',
  L: '.000',
  m: '01',
  M: '04',
  p: 'PM',
  S: '05',
  y: '06',
  Y: '2006',
  z: '-0700',
  Z: 'MST',
};

/** Both show the time at which the run started, in RFC 3339 where no format is given. */
function legacy(name: string, summary: string, write: (format: string, moment: Moment) => string) {
  return define({
    name,
    summary,
    parameters: [],
    variadic: { name: 'format', type: STRING },
    returns: STRING,
    call: ([format, ...more], context) => {
      if (more.length > 0) throw failure('takes one format');
      const moment = momentOf(context.startTime);
      return Value.string(format ? write(format.text, moment) : writeRfc3339(moment));
    },
  });
}

export const legacyIsotime = legacy('legacy_isotime', 'the start time in a layout of Go', writeLayout);

export const legacyStrftime = legacy('legacy_strftime', 'the start time in a format of strftime', (format, moment) =>
  format.replace(/%([^])/gu, (directive: string, letter: string) => {
    if (letter === '%') return '%';
    const layout = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
    return layout === undefined ? directive : writeLayout(layout, moment);
  }),
);
