import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Records } from '../../src/cache/records.js';
import { StorePlace } from '../support/store.js';

let place: StorePlace;
let records: Records;
beforeEach(async () => {
  place = await StorePlace.make();
  records = (await place.open()).records;
});
afterEach(() => place.remove());

it('a record is there until it is removed, under any key', async () => {
  const keys = ['abc', 'qemu.debian/../x', 'ä\u0000\n', '', 'k'.repeat(5000), 'ABC.json'];
  for (const key of keys) await records.put('finished', key, { of: key });
  for (const key of keys) expect(await records.get('finished', key)).toEqual({ of: key });
  expect(await records.list('finished')).toEqual([...keys].sort().map((key) => ({ key, value: { of: key } })));
  expect(await records.get('history', 'abc')).toBeUndefined();
  expect(await records.list('history')).toEqual([]);
  for (const key of keys) await records.remove('finished', key);
  expect(await records.list('finished')).toEqual([]);
  await records.remove('finished', 'abc');
});

it('the last one written stays, whole, whoever wrote at once', async () => {
  const values = Array.from({ length: 20 }, (_, index) => 'x'.repeat(index * 10_000));
  await Promise.all(values.map((value) => records.put('finished', 'k', value)));
  expect(values).toContain(await records.get('finished', 'k'));
  expect(await readdir(join(place.folder, 'drafts'))).toEqual([]);
});

it.each([
  ['torn', '{"key":"k","val'],
  ['empty', ''],
  ['of another key', '{"key":"l","value":1}'],
  ['no object', '[1]'],
  ['null', 'null'],
])('a file that is %s is no record', async (_what, content) => {
  await records.put('finished', 'k', 1);
  await records.put('finished', 'other', 2);
  await writeFile(join(place.folder, 'records/finished/k.json'), content);
  await writeFile(join(place.folder, 'records/finished/notes.txt'), 'mine');
  expect(await records.get('finished', 'k')).toBeUndefined();
  expect(await records.list('finished')).toEqual([{ key: 'other', value: 2 }]);
  await records.put('finished', 'k', 3);
  expect(await records.get('finished', 'k')).toBe(3);
});
