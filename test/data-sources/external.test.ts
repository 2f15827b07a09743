import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import external from '../../data-sources/external.js';
import raw from '../../data-sources/external-raw.js';
import { dataSourceContext } from '../support/data-source.js';

const node = (script: string) => [process.execPath, '-e', script];
const context = dataSourceContext(tmpdir());

describe('the external data sources', () => {
  it('give the query as JSON and take a JSON object back', async () => {
    const script = `let t=''; process.stdin.on('data', d => t += d).on('end', () => console.log(JSON.stringify({ got: JSON.parse(t).k })))`;
    expect(
      await external.run({ program: node(script), query: { k: 'välue' }, working_dir: undefined }, context),
    ).toEqual({
      result: { got: 'välue' },
    });
  });

  it('take plain text as it is', async () => {
    const script = `process.stdin.on('data', d => process.stdout.write(String(d).toUpperCase() + '\\n'))`;
    expect(await raw.run({ program: node(script), query: 'abc', working_dir: undefined }, context)).toEqual({
      result: 'ABC\n',
    });
  });

  it.each([
    ['not JSON', `console.log('x')`, 'data-external/not-object'],
    ['a value that is no text', `console.log('{"a":1}')`, 'data-external/not-object'],
    ['a failing program', `console.error('why'); process.exit(3)`, 'external/failed'],
  ])('refuse %s', async (_title, script, code) => {
    await expect(
      external.run({ program: node(script), query: {}, working_dir: undefined }, context),
    ).rejects.toMatchObject({ code });
  });

  it('say which program is missing', async () => {
    await expect(
      external.run({ program: ['nosuch-program'], query: {}, working_dir: undefined }, context),
    ).rejects.toMatchObject({
      code: 'external/not-started',
    });
  });

  it('does not mind a program that never reads its input', async () => {
    const query = { k: 'x'.repeat(1_000_000) };
    expect(await external.run({ program: ['echo', '{"a":"b"}'], query, working_dir: undefined }, context)).toEqual({
      result: { a: 'b' },
    });
  });
});
