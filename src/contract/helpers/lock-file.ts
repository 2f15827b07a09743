import { link, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { CancelledError } from '../../messages/message.js';
import type { Resources } from '../resources.js';
import { createTemporaryFile } from './local-resources.js';
import { isRunning, processIdentity, type ProcessIdentity } from './process-identity.js';

const POLL_MILLISECONDS = 25;

/** The last holder or waiter per path in this process: those wait without looking at the disk. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other build, of this process or of another imgpack on this machine, holds the lock file `path`.
 * The file names its owner, so a lock whose owner was killed, or an empty file that another program left, does not hold.
 * @throws CancelledError when `signal` fires while it waits
 */
export async function withLockFile<T>(
  context: { readonly resources: Resources; readonly signal: AbortSignal; waiting?(): void },
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  const absolute = resolve(path);
  const before = queues.get(absolute);
  let open: () => void = () => undefined;
  const mine = new Promise<void>((resolve) => (open = resolve));
  const tail = (before ?? Promise.resolve()).then(() => mine);
  queues.set(absolute, tail);
  try {
    await unlessCancelled(before, context.signal);
    const lock = await acquire(context, absolute);
    try {
      return await work();
    } finally {
      await lock.destroy();
    }
  } finally {
    open();
    if (queues.get(absolute) === tail) queues.delete(absolute);
  }
}

async function acquire(
  context: { readonly resources: Resources; readonly signal: AbortSignal; waiting?(): void },
  path: string,
): Promise<{ destroy(): Promise<void> }> {
  const owner = (await processIdentity(process.pid)) ?? { pid: process.pid, start: 'unknown' };
  const draft = await createTemporaryFile(
    context.resources,
    dirname(path),
    basename(path),
    JSON.stringify(owner),
    0o644,
  );
  try {
    for (let told = false; !(await take(draft.value, path));) {
      if (!told) context.waiting?.();
      told = true;
      await pause(context.signal);
    }
  } catch (error) {
    await draft.destroy();
    throw error;
  }
  return draft;
}

/** A link appears with its content or not at all, so a lock is never seen half-written. */
async function take(draft: string, path: string): Promise<boolean> {
  for (;;) {
    try {
      await link(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!(await removeStale(draft, path))) return false;
    }
  }
}

/** Takes a lock without a living owner away. Several processes may try at once: only what was judged is removed. */
async function removeStale(draft: string, path: string): Promise<boolean> {
  const judged = await readOwner(path);
  if (judged.owner && (await isRunning(judged.owner))) return false;
  const aside = `${draft}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  const mistaken = (await readOwner(aside)).text !== judged.text;
  // Another process was faster and its fresh lock was moved: put it back, unless a third one holds the lock by now.
  if (mistaken) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return !mistaken;
}

async function readOwner(path: string): Promise<{ readonly text: string; readonly owner?: ProcessIdentity }> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const owner = JSON.parse(text) as ProcessIdentity | null;
    return typeof owner?.pid === 'number' && typeof owner.start === 'string' ? { text, owner } : { text };
  } catch {
    return { text }; // Not a lock of imgpack: nobody holds it.
  }
}

function unlessCancelled(waited: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(new CancelledError());
  if (!waited) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = () => reject(new CancelledError());
    signal.addEventListener('abort', stop, { once: true });
    void waited.finally(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(done, POLL_MILLISECONDS);
    function stop() {
      clearTimeout(timer);
      reject(new CancelledError());
    }
    function done() {
      signal.removeEventListener('abort', stop);
      resolve();
    }
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
