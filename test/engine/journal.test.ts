import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile, mkdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processIdentity } from '../../src/contract/helpers/process-identity.js';
import { cleanup, type CleanupOptions } from '../../src/engine/cleanup.js';
import { Journal } from '../../src/engine/journal.js';
import { findJournals, readJournal } from '../../src/engine/read-journal.js';
import { Redactor } from '../../src/messages/redactor.js';
import { FakeWorld, kindsOf } from '../support/fake-plan.js';

let stateDirectory = '';
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'imgpack-journal-'));
});
afterEach(() => rm(stateDirectory, { recursive: true, force: true }));

const now = () => new Date('2026-01-02T03:04:05Z');
const journalOf = (runId: string, redact: (text: string) => string = (text) => text) =>
  new Journal({ stateDirectory, runId, redact, now });

async function lines(path: string): Promise<unknown[]> {
  return (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('the journal', () => {
  it('says who runs, then what is created, step by step, for its owner only', async () => {
    const journal = journalOf('run-1');
    await journal.creating('t1', 'qemu.a', 'local-file', { path: '/x' });
    await journal.created('t1', { inode: '7' });
    await journal.creating('t2', 'qemu.a', 'process', { command: 'qemu' });
    await journal.machine('qemu.a', { socket: '/s' });
    await journal.destroyed('t1');
    expect(await lines(journal.path)).toEqual([
      {
        type: 'run',
        version: 1,
        runId: 'run-1',
        process: await processIdentity(process.pid),
        host: hostname(),
        time: '2026-01-02T03:04:05.000Z',
      },
      {
        type: 'creating',
        token: 't1',
        build: 'qemu.a',
        kind: 'local-file',
        args: { path: '/x' },
        time: '2026-01-02T03:04:05.000Z',
      },
      { type: 'created', token: 't1', data: { inode: '7' } },
      {
        type: 'creating',
        token: 't2',
        build: 'qemu.a',
        kind: 'process',
        args: { command: 'qemu' },
        time: '2026-01-02T03:04:05.000Z',
      },
      { type: 'machine', build: 'qemu.a', handle: { socket: '/s' } },
      { type: 'destroyed', token: 't1' },
    ]);
    expect((await stat(journal.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(stateDirectory, 'journal'))).mode & 0o777).toBe(0o700);
    await journal.close();
    const content = await readJournal(journal.path, stateDirectory);
    expect(content.left).toEqual([
      { build: 'qemu.a', reference: { kind: 'process', token: 't2', args: { command: 'qemu' } } },
    ]);
    expect(content.machines).toEqual(new Map([['qemu.a', { socket: '/s' }]]));
  });

  it('is no file at all for a run that creates nothing', async () => {
    await journalOf('run-1').close();
    expect(await readdir(stateDirectory)).toEqual([]);
  });

  it('goes when everything in it is destroyed or kept', async () => {
    const journal = journalOf('run-1');
    await Promise.all([journal.creating('t1', 'a', 'k', {}), journal.creating('t2', 'a', 'k', {})]);
    await journal.destroyed('t1');
    await journal.kept('t2');
    await journal.close();
    expect(await findJournals(stateDirectory)).toEqual([]);
  });

  it('keeps the order of records that are written at the same time', async () => {
    const journal = journalOf('run-1');
    const tokens = Array.from({ length: 500 }, (_, index) => `t${index}`);
    await Promise.all(tokens.map((token) => journal.creating(token, 'a', 'k', {})));
    await journal.close();
    const content = await readJournal(journal.path, stateDirectory);
    expect(content.left.map(({ reference }) => reference.token)).toEqual(tokens);
  });

  it('seals what holds a secret: undo reads it as it was, and the file does not show it', async () => {
    const redactor = new Redactor();
    redactor.add('hunter-two');
    const journal = journalOf('run-1', (text) => redactor.redact(text));
    await journal.creating('t1', 'build of hunter-two', 'k', { path: '/out/hunter-two' });
    await journal.created('t1', { id: Buffer.from('hunter-two').toString('base64') });
    await journal.close();
    const text = await readFile(journal.path, 'utf8');
    expect(redactor.redact(text)).toBe(text);
    const { left } = await readJournal(journal.path, stateDirectory);
    expect(left).toEqual([
      {
        build: 'build of <sensitive>',
        reference: {
          kind: 'k',
          token: 't1',
          args: { path: '/out/hunter-two' },
          data: { id: Buffer.from('hunter-two').toString('base64') },
        },
      },
    ]);
    expect((await stat(join(stateDirectory, 'journal.key'))).mode & 0o777).toBe(0o600);
  });

  it.each(['{"type":"created","tok', '{"type":"creating","token":"t2"', '\u0000\u0000'])(
    'is read past a torn last line %j',
    async (torn) => {
      const journal = journalOf('run-1');
      await journal.creating('t1', 'a', 'k', {});
      await journal.close();
      await appendFile(journal.path, torn);
      const { left } = await readJournal(journal.path, stateDirectory);
      expect(left.map(({ reference }) => reference.token)).toEqual(['t1']);
    },
  );
});

describe('cleanup', () => {
  /** The journal of a run whose process has ended, with two things. */
  async function leftOver(runId: string, more: { host?: string; tail?: string } = {}): Promise<FakeWorld> {
    const world = new FakeWorld();
    const records = [
      {
        type: 'run',
        version: 1,
        runId,
        process: { pid: 1, start: 'long ago' },
        host: more.host ?? hostname(),
        time: 'x',
      },
      ...['first', 'second'].flatMap((label) => {
        world.alive.add(label);
        return [
          { type: 'creating', token: label, build: 'a', kind: 'fake/thing', args: { label }, time: 'x' },
          { type: 'created', token: label, data: { id: label } },
        ];
      }),
    ];
    await mkdir(join(stateDirectory, 'journal'), { recursive: true });
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('') + (more.tail ?? '');
    await writeFile(join(stateDirectory, 'journal', `${runId}.ndjson`), text);
    return world;
  }

  async function clean(more: Partial<CleanupOptions>) {
    const reports: string[] = [];
    const outcome = await cleanup({
      stateDirectory,
      resourceKinds: kindsOf(),
      signal: new AbortController().signal,
      report: (line) => reports.push(line),
      ...more,
    });
    return { outcome, reports };
  }

  it('destroys in reverse, reports each thing, and finds nothing the second time', async () => {
    const world = await leftOver('dead');
    const kinds = { resourceKinds: kindsOf(world.kind) };
    expect(await clean(kinds)).toEqual({
      outcome: { destroyed: 2, failed: 0, skipped: 0 },
      reports: ['run dead, a: removed thing second', 'run dead, a: removed thing first'],
    });
    expect(world.destroyed).toEqual(['second', 'first']);
    expect(await clean(kinds)).toEqual({
      outcome: { destroyed: 0, failed: 0, skipped: 0 },
      reports: ['nothing is left over'],
    });
  });

  it('keeps what it could not remove for the next time, even behind a torn line', async () => {
    const world = await leftOver('dead', { tail: '{"type":"crea' });
    world.failing.add('second');
    const kinds = { resourceKinds: kindsOf(world.kind) };
    expect(await clean(kinds)).toEqual({
      outcome: { destroyed: 1, failed: 1, skipped: 0 },
      reports: [
        'run dead, a: thing second could not be removed: it clings; `imgpack cleanup -run=dead` tries again',
        'run dead, a: removed thing first',
      ],
    });
    world.failing.clear();
    expect((await clean(kinds)).reports).toEqual(['run dead, a: removed thing second']);
    expect(await findJournals(stateDirectory)).toEqual([]);
  });

  it('names a kind that it does not know and leaves it', async () => {
    await leftOver('dead');
    const { outcome, reports } = await clean({});
    expect(outcome).toEqual({ destroyed: 0, failed: 2, skipped: 0 });
    expect(reports[0]).toBe(
      'run dead, a: fake/thing second could not be removed: nothing here knows how to remove a resource of kind `fake/thing`; use the version of imgpack that made it',
    );
  });

  it('with a run, cleans up that one only, and says where there is none', async () => {
    const world = await leftOver('dead');
    await leftOver('other');
    const { reports } = await clean({ resourceKinds: kindsOf(world.kind), runId: 'dead' });
    expect(reports).toEqual(['run dead, a: removed thing second', 'run dead, a: removed thing first']);
    expect((await findJournals(stateDirectory)).length).toBe(1);
    await expect(clean({ runId: 'dead' })).rejects.toMatchObject({ code: 'journal/no-such-run' });
  });

  it('leaves journals of other hosts alone, unless the run is named', async () => {
    const world = await leftOver('far', { host: 'elsewhere' });
    const kinds = { resourceKinds: kindsOf(world.kind) };
    expect(await clean(kinds)).toEqual({
      outcome: { destroyed: 0, failed: 0, skipped: 1 },
      reports: [
        'run far: written on the host elsewhere, left alone; `imgpack cleanup -run=far` cleans it up from here',
      ],
    });
    expect((await clean({ ...kinds, runId: 'far' })).outcome.destroyed).toBe(2);
  });

  it('removes the beginning of a journal of a process that has ended', async () => {
    await leftOver('dead');
    const folder = join(stateDirectory, 'journal');
    const ended = 2 ** 22 + 1; // Beyond the largest number that Linux gives to a process.
    for (const pid of [ended, process.pid]) await writeFile(join(folder, `new.ndjson.${pid}`), '');
    await clean({});
    expect((await readdir(folder)).sort()).toEqual(['dead.ndjson', `new.ndjson.${process.pid}`]);
  });

  it('only lists with dryRun', async () => {
    const world = await leftOver('dead');
    const { reports } = await clean({ resourceKinds: kindsOf(world.kind), dryRun: true });
    expect(reports).toEqual(['run dead, a: thing second is left over', 'run dead, a: thing first is left over']);
    expect([...world.alive]).toEqual(['first', 'second']);
    expect((await findJournals(stateDirectory)).length).toBe(1);
  });

  it('counts a journal that cannot be read as a failure and goes on', async () => {
    const world = await leftOver('dead');
    await writeFile(join(stateDirectory, 'journal', 'broken.ndjson'), 'nonsense\n');
    const { outcome } = await clean({ resourceKinds: kindsOf(world.kind) });
    expect(outcome).toEqual({ destroyed: 2, failed: 1, skipped: 0 });
  });
});
