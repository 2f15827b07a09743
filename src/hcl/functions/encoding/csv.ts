import { ANY, STRING, objectOf } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, failure } from '../define.js';

/** The first row names the attributes. Empty lines are passed over. */
export const csvdecode = define({
  name: 'csvdecode',
  summary: 'the rows of a CSV text as objects of strings',
  parameters: [{ name: 'text', type: STRING }],
  returns: ANY,
  call: ([text]) => {
    const [header, ...rows] = parseCsv(text.text);
    if (!header) throw failure('the CSV text has no header line');
    const repeated = header.find((name, i) => header.indexOf(name) < i);
    if (repeated !== undefined) throw badArgument(0, `names the column \`${repeated}\` twice`);
    const type = objectOf(header.map((name) => [name, STRING]));
    const objects = rows.map((row, i) => {
      if (row.length !== header.length) {
        throw badArgument(0, `has ${row.length} fields in row ${i + 1} for ${header.length} columns`);
      }
      return Value.object(header.map((name, column) => [name, Value.string(row[column] ?? '')]));
    });
    return Value.list(type, objects);
  },
});

/** Fields with commas, quotes or line breaks stand in quotes, where `""` is a quote (RFC 4180). */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const source = text.replaceAll('\r\n', '\n').replace(/\r$/, '');
  for (let at = 0; at < source.length;) {
    if (source[at] === '\n') {
      at++;
      continue;
    }
    const row: string[] = [];
    for (;;) {
      const field = readField(source, at, rows.length);
      row.push(field.text);
      at = field.end + 1;
      if (source[field.end] !== ',') break;
    }
    rows.push(row);
  }
  return rows;
}

/** `end` is where the comma, the line break or the end of the text stands. */
function readField(source: string, at: number, row: number): { text: string; end: number } {
  const pattern = source[at] === '"' ? /"((?:[^"]|"")*)"(?=[,\n]|$)/y : /([^",\n]*)(?=[,\n]|$)/y;
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  if (!match) throw badArgument(0, `has a misplaced quote in row ${row}`);
  return { text: (match[1] as string).replaceAll('""', '"'), end: pattern.lastIndex };
}
