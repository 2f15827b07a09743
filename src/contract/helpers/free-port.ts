import { randomInt } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { catalogue, ImgpackError } from '../../messages/message.js';
import type { JsonObject } from '../json.js';
import type { Resource, ResourceKind, Resources } from '../resources.js';
import { isRunning, processIdentity, type ProcessIdentity } from './process-identity.js';

const messages = catalogue('port', {
  noneFree: (min: number, max: number, host: string) => ({
    text: `no TCP port from ${min} to ${max} is free on \`${host}\``,
    hint: 'widen the range, or end what uses the ports',
  }),
});

interface PortLockArgs extends JsonObject {
  /** The folder of the lock files. */
  readonly directory: string;
}

interface LockFile {
  readonly token: string;
  readonly owner: ProcessIdentity;
}

/** The reservation of a TCP port among all imgpack processes of a machine: a file named after the port. */
export const portLock: ResourceKind<PortLockArgs> = {
  name: 'port-lock',
  describe: ({ data }) => `lock of port ${(data as { port?: number } | undefined)?.port ?? '(not yet chosen)'}`,
  async destroy({ args, token, data }) {
    const recorded = (data as { port?: number } | undefined)?.port;
    const names = recorded === undefined ? await readdir(args.directory).catch(() => []) : [String(recorded)];
    for (const name of names) {
      const path = join(args.directory, name);
      if (name.endsWith(token) || (await readLock(path))?.token === token) await rm(path, { force: true });
    }
  },
};

export interface PortRange {
  readonly min: number;
  /** Included. */
  readonly max: number;
  /** The address that the port must be free on; default `127.0.0.1`. */
  readonly host?: string;
}

/**
 * Reserves a free TCP port: no other imgpack gets it until the resource is destroyed. The search begins at a random port
 * of the range, so that many builds do not queue up at its first ones.
 * @param cacheDirectory folder that all runs share
 * @throws ImgpackError `port/none-free`
 */
export async function reservePort(
  resources: Resources,
  cacheDirectory: string,
  { min, max, host = '127.0.0.1' }: PortRange,
): Promise<Resource<number>> {
  const directory = join(cacheDirectory, 'port');
  await mkdir(directory, { recursive: true });
  const owner = (await processIdentity(process.pid)) ?? { pid: process.pid, start: 'unknown' };
  return resources.create(portLock, { directory }, async (token) => {
    const size = max - min + 1;
    const first = size > 1 ? randomInt(size) : 0;
    const draft = join(directory, `draft-${token}`);
    await writeFile(draft, JSON.stringify({ token, owner } satisfies LockFile));
    try {
      for (let i = 0; i < size; i++) {
        const port = min + ((first + i) % size);
        const path = join(directory, String(port));
        if (!(await lock(draft, path, token))) continue;
        if (await isFree(port, host)) return { value: port, data: { port } };
        await rm(path, { force: true });
      }
      throw new ImgpackError(messages.noneFree(min, max, host));
    } finally {
      await rm(draft, { force: true });
    }
  });
}

/** A link appears with its content or not at all, so a lock file is never seen half-written. */
async function lock(draft: string, path: string, token: string): Promise<boolean> {
  for (;;) {
    try {
      await link(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (!(await removeStale(path, token))) return false;
    }
  }
}

/** Takes a lock away whose owner has ended. Two processes may try at once: only what was judged is removed. */
async function removeStale(path: string, token: string): Promise<boolean> {
  const judged = await readLock(path);
  if (judged && (await isRunning(judged.owner))) return false;
  const aside = `${path}-${token}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  const moved = await readLock(aside);
  const mistaken = moved !== undefined && moved.token !== judged?.token;
  // Another process was faster and its fresh lock was moved: put it back, unless a third one holds the port by now.
  if (mistaken) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return !mistaken;
}

async function readLock(path: string): Promise<LockFile | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as LockFile;
  } catch {
    return undefined; // Not written by imgpack, which makes it appear whole: as stale as one without an owner.
  }
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
