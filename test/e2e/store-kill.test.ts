import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointStore } from '../../src/cache/store.js';
import { Random } from '../support/random.js';
import { MiB } from '../support/store.js';

const USER = fileURLToPath(new URL('../support/store-user.ts', import.meta.url));
const SEED = Number(process.env['IMGPACK_TEST_SEED'] ?? 20_260_304);
/** A nightly run may set more. */
const KILLS = Number(process.env['IMGPACK_TEST_KILLS'] ?? 60);
/** A user changes the file system some hundred times a round. */
const LAST_POINT = 300;

let workshop = '';
let program = '';
let base = '';
beforeAll(async () => {
  workshop = await mkdtemp(join(tmpdir(), 'imgpack-store-kill-'));
  program = join(workshop, 'user.mjs');
  await build({
    entryPoints: [USER],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // As in the build of the command: a package that is bundled asks for modules of Node.
    banner: {
      js: "import { createRequire as bundled } from 'node:module'; const require = bundled(import.meta.url);",
    },
    logLevel: 'error',
  });
});
beforeEach(async () => {
  base = await mkdtemp(join(workshop, 'case-'));
  await mkdir(join(base, 'images'));
});
afterAll(() => rm(workshop, { recursive: true, force: true }));

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly call: string;
}

async function use(seed: number, rounds: number, ...point: string[]): Promise<Ending> {
  return useIn(base, seed, rounds, ...point);
}

async function useIn(place: string, seed: number, rounds: number, ...point: string[]): Promise<Ending> {
  const child = spawn(process.execPath, [program, place, String(seed), String(rounds), ...point], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...ending) => resolve(ending)),
  );
  const [call, stderr, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, signal, stderr, call };
}

const openStore = (place: string, folder = 'store'): Promise<CheckpointStore> =>
  CheckpointStore.open({
    folder: join(place, folder),
    limit: 1000 * MiB,
    now: () => new Date(),
    log: (line) => expect.fail(line),
    destroy: ({ token }) => rm(join(place, 'images', token), { force: true }),
  });

/** What is wrong with a store that nobody uses; its waste is removed on the way. */
async function faults(place = base): Promise<string[]> {
  const found: string[] = [];
  const store = await openStore(place);
  const digest = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  const check = async () => {
    const images = new Set(await readdir(join(place, 'images')));
    for (const key of Array.from({ length: 12 }, (_, index) => `key-${index}`)) {
      const entry = await store.find(key);
      if (!entry) continue;
      for (const [id, expected] of Object.entries(entry.data['digests'] as Record<string, string>)) {
        const is = await digest(join(place, 'store/layers', id, 'disk0.qcow2')).catch(String);
        if (is !== expected) found.push(`${key}: layer ${id} is ${is}`);
      }
      for (const { token } of entry.remove) if (!images.has(token)) found.push(`${key}: image ${token} is gone`);
    }
  };
  await check();
  await store.collect();
  await check();

  const listed = await store.list();
  const needed = new Set(listed.flatMap(({ chain }) => chain));
  const expected = {
    drafts: [],
    entries: listed.map(({ entry }) => `${entry.key}.json`).sort(),
    incoming: [],
    layers: [...needed].flatMap((id) => [id, `${id}.json`]).sort(),
    leases: [],
    trash: [],
  };
  const begun = (await readdir(join(place, 'export')).catch((): string[] => [])).includes('exported');
  const exported = begun ? await (await openStore(place, 'export')).list() : [];
  for (const { entry } of exported) {
    for (const [id, expected] of Object.entries(entry.data['digests'] as Record<string, string>)) {
      const is = await digest(join(place, 'export/layers', id, 'disk0.qcow2')).catch(String);
      if (is !== expected) found.push(`${entry.key}: exported layer ${id} is ${is}`);
    }
  }
  for (const [folder, names] of Object.entries(expected)) {
    const is = (await readdir(join(place, 'store', folder))).sort();
    if (JSON.stringify(is) !== JSON.stringify(names)) found.push(`${folder}: ${is.join(' ')}, not ${names.join(' ')}`);
  }
  return found;
}

/** Images that no checkpoint has: a process made them and died before it said so. In real runs a journal knows them. */
async function orphans(place = base): Promise<number> {
  const listed = await (await openStore(place)).list();
  const owned = new Set(listed.flatMap(({ entry }) => entry.remove.map(({ token }) => token)));
  return (await readdir(join(place, 'images'))).filter((token) => !owned.has(token)).length;
}

describe('a store whose users are killed', () => {
  it('is valid after a kill at any call that changes the file system, of a whole run', async () => {
    await use(SEED, 3);
    const dieIn = async (point: number) => {
      const place = await mkdtemp(join(workshop, 'point-'));
      await cp(base, place, { recursive: true, preserveTimestamps: true });
      const { code, signal, stderr } = await useIn(place, 1, 1, String(point), point % 2 ? 'before' : 'during');
      const outcome = { point, code, signal, stderr, faults: await faults(place), orphans: await orphans(place) };
      await rm(place, { recursive: true });
      return outcome;
    };
    for (let point = 0; ; point += 2) {
      const outcomes = await Promise.all([dieIn(point), dieIn(point + 1)]);
      const died = outcomes.filter(({ code }) => code === null);
      expect(outcomes).toEqual(
        outcomes.map(({ point, code, orphans }) => ({
          point,
          code,
          signal: code === null ? 'SIGKILL' : null,
          stderr: '',
          faults: [],
          orphans: Math.min(orphans, code === null ? 1 : 0),
        })),
      );
      if (died.length === 0) {
        expect(point).toBeGreaterThan(80);
        break;
      }
    }
  });

  it('is valid after each of many kills, one after the other, at random calls of the file system', async () => {
    const random = new Random(SEED);
    const calls = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      const how = random.pick(['before', 'during']);
      const ending = await use(SEED + kill, 1000, String(random.below(LAST_POINT)), how);
      calls.add(ending.call);
      expect({ kill, ...ending, faults: await faults() }).toEqual({
        kill,
        code: null,
        signal: 'SIGKILL',
        stderr: '',
        call: expect.any(String) as string,
        faults: [],
      });
      expect(await orphans(), `after kill ${kill}`).toBeLessThanOrEqual(kill + 1);
    }
    expect([...calls].sort()).toEqual(expect.arrayContaining(['mkdir', 'open', 'rename', 'rm', 'sync', 'writeFile']));
  });

  it('is valid after two at a time were killed, while a third went on', async () => {
    const random = new Random(SEED + 1);
    for (let kill = 0; kill < KILLS / 10; kill++) {
      const point = () => String(random.below(LAST_POINT));
      const endings = await Promise.all([
        use(SEED + 1000 + kill, 1000, point(), 'during'),
        use(SEED + 2000 + kill, 1000, point(), 'before'),
        use(SEED + 3000 + kill, 3),
      ]);
      expect({
        kill,
        endings: endings.map(({ code, signal, stderr }) => ({ code, signal, stderr })),
        faults: await faults(),
      }).toEqual({
        kill,
        endings: [
          { code: null, signal: 'SIGKILL', stderr: '' },
          { code: null, signal: 'SIGKILL', stderr: '' },
          { code: 0, signal: null, stderr: '' },
        ],
        faults: [],
      });
    }
  });
});

it('a store serves four processes at once, each of which sees what it holds unchanged', async () => {
  const endings = await Promise.all([0, 1, 2, 3].map((user) => use(SEED + 4000 + user, 6)));
  expect(endings.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    [0, 1, 2, 3].map(() => ({ code: 0, stderr: '' })),
  );
  expect(await faults()).toEqual([]);
  expect(await orphans()).toBe(0);
});
