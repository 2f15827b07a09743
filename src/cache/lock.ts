import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isOwned, ownerOf, ownName, type Owner } from './owner.js';

/** What is done under the lock takes milliseconds; a process of another host that takes longer is gone. */
const FOREIGN_MILLISECONDS = 60_000;
const LONGEST_PAUSE_MILLISECONDS = 20;
const TELL_AFTER_MILLISECONDS = 5000;

/** The last holder or waiter per folder in this process. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while nobody else, in this process or another one, holds the lock `folder`.
 * Whoever wants it puts a file with its own name into the folder and holds the lock where no living process has another
 * one there; else it takes its file back and tries again. Of two that come at once the later one sees the earlier one. A
 * name is never used twice, so the file of a killed process is removed by whoever sees it, without a race.
 * @param waiting is told once who holds the lock, when that takes long
 */
export async function withLock<T>(
  folder: string,
  waiting: (holder: Owner) => void,
  work: () => Promise<T>,
): Promise<T> {
  const before = queues.get(folder) ?? Promise.resolve();
  const turn = before.then(() => locked(folder, waiting, work));
  const tail = turn.catch(() => undefined);
  queues.set(folder, tail);
  try {
    return await turn;
  } finally {
    if (queues.get(folder) === tail) queues.delete(folder);
  }
}

async function locked<T>(folder: string, waiting: (holder: Owner) => void, work: () => Promise<T>): Promise<T> {
  const mine = await acquire(folder, waiting);
  try {
    return await work();
  } finally {
    await rm(mine, { force: true });
  }
}

async function acquire(folder: string, waiting: (holder: Owner) => void): Promise<string> {
  const name = await ownName();
  const path = join(folder, name);
  const since = Date.now();
  for (let told = false; ;) {
    let other = await holder(folder, name);
    if (!other) {
      await writeFile(path, '', { flag: 'wx' });
      try {
        other = await holder(folder, name);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      if (!other) return path;
      await rm(path, { force: true });
    }
    if (!told && Date.now() - since > TELL_AFTER_MILLISECONDS) {
      told = true;
      waiting(other);
    }
    await pause(1 + Math.random() * LONGEST_PAUSE_MILLISECONDS);
  }
}

/** A living owner of another file in the folder. */
async function holder(folder: string, except: string): Promise<Owner | undefined> {
  for (const name of await readdir(folder)) {
    const owner = name === except ? undefined : ownerOf(name);
    if (!owner) continue;
    if (await isOwned(join(folder, name), owner, FOREIGN_MILLISECONDS)) return owner;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}
