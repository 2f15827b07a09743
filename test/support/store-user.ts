/**
 * A process that uses a store as builds do, in an order that a seed decides, and looks at what it is given. With a point it
 * kills itself, as `kill -9` would, when it has changed the file system so often: before the call, or while it runs.
 * Usage: store-user.js BASE SEED ROUNDS [POINT before|during]. Says on standard output what it called last, or how often.
 */
import { createHash } from 'node:crypto';
import fs, { writeSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import type { CheckpointEntry } from '../../src/cache/entry.js';
import type { Lease } from '../../src/cache/lease.js';
import { CheckpointStore } from '../../src/cache/store.js';
import type { Layer } from '../../src/contract/checkpoint.js';
import { ImgpackError } from '../../src/messages/message.js';
import { Random } from './random.js';

const [base, seed, rounds, point, moment] = process.argv.slice(2) as [string, string, string, string?, string?];
const random = new Random(Number(seed));
const KEYS = Array.from({ length: 12 }, (_, index) => `key-${index}`);
const EXPORTS = ['export', 'export.tar', 'export.tar.gz'];
const LIMIT_BYTES = 2 << 20;
const MOST_BYTES = 200_000;

/** Counts calls that change the file system, and dies at its turn. */
let calls = 0;
async function arm(last: number, during: boolean): Promise<void> {
  const wrap = (owner: Record<string, unknown>, name: string) => {
    const original = owner[name] as (...args: unknown[]) => unknown;
    owner[name] = function (this: unknown, ...args: unknown[]) {
      const end = calls++ === last;
      if (end) writeSync(1, name);
      if (end && !during) process.kill(process.pid, 'SIGKILL');
      const result = original.apply(this, args);
      if (end) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  };
  const handle = await open(process.execPath, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, unknown>;
  await handle.close();
  for (const name of ['writeFile', 'sync']) wrap(prototype, name);
  for (const name of ['open', 'writeFile', 'rename', 'rm', 'mkdir', 'link', 'utimes', 'chmod'])
    wrap(fs.promises as unknown as Record<string, unknown>, name);
  syncBuiltinESMExports();
}

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Throws where a layer is not what it was when it was published. */
async function check(entry: CheckpointEntry): Promise<void> {
  for (const [id, expected] of Object.entries(entry.data['digests'] as Record<string, string>)) {
    const found = digest(await readFile(join(base, 'store/layers', id, 'disk0.qcow2')));
    if (found !== expected) throw new Error(`layer ${id} of ${entry.key} has changed`);
  }
}

async function publish(
  store: CheckpointStore,
  lease: Lease,
  from: CheckpointEntry | undefined,
): Promise<CheckpointEntry> {
  const key = random.pick(KEYS);
  let layer: Layer | undefined;
  let digests = (from?.data['digests'] ?? {}) as Record<string, string>;
  for (let more = 1 + random.below(2); more > 0; more--) {
    layer = await lease.begin(layer ?? from?.layer);
    const content = Buffer.alloc(random.below(MOST_BYTES), `${seed}/${layer.id}/`);
    await writeFile(join(layer.folder, 'disk0.qcow2'), content);
    digests = { ...digests, [layer.id]: digest(content) };
  }
  if (random.oneIn(6)) await lease.drop(await lease.begin(layer));
  const token = `${seed}-${random.below(2 ** 31)}`;
  const image = random.oneIn(2);
  if (image) await writeFile(join(base, 'images', token), key);
  return store.publish(lease, layer, {
    key,
    build: random.pick(['qemu.a', 'qemu.b']),
    template: 't.pkr.hcl',
    step: { index: 0, name: 'shell' },
    data: { digests },
    inputs: [],
    ran: {},
    remove: image ? [{ kind: 'image', args: { token }, token }] : [],
  });
}

/** An export may be under way, for the first time. */
async function takeBack(store: CheckpointStore, path: string): Promise<void> {
  try {
    const { damaged } = await store.import(path);
    if (damaged.length > 0) throw new Error(`${path}: ${JSON.stringify(damaged)}`);
  } catch (error) {
    if (!(error instanceof ImgpackError) || error.code !== 'cache/no-export') throw error;
  }
}

async function run(store: CheckpointStore): Promise<void> {
  const lease = await store.lease();
  const held: CheckpointEntry[] = [];
  for (let step = random.below(6); step >= 0; step--) {
    const found = await store.find(random.pick(KEYS));
    const start = found && (await lease.hold(found));
    if (start) {
      await check(start);
      held.push(start);
    }
    held.push(await publish(store, lease, start));
    if (random.oneIn(3)) await store.prune({ limit: random.below(LIMIT_BYTES) });
    if (random.oneIn(4)) await store.remove(random.pick(KEYS));
    if (random.oneIn(4)) await store.records.put('finished', random.pick(KEYS), { by: seed });
    if (random.oneIn(4)) await store.export(join(base, random.pick(EXPORTS)));
    if (random.oneIn(4)) await takeBack(store, join(base, random.pick(EXPORTS)));
    if (random.oneIn(8)) await store.prune({ build: (name) => name === 'qemu.a' });
  }
  for (const entry of held) await check(entry);
  // Some runs just end.
  if (!random.oneIn(4)) await lease.close();
}

if (point !== undefined) await arm(Number(point), moment === 'during');
for (let round = 0; round < Number(rounds); round++) {
  const store = await CheckpointStore.open({
    folder: join(base, 'store'),
    limit: LIMIT_BYTES,
    now: () => new Date(),
    log: () => undefined,
    destroy: (reference) => rm(join(base, 'images', reference.token), { force: true }),
  });
  await run(store);
}
if (point !== undefined) writeSync(1, String(calls));
