import { randomBytes } from 'node:crypto';
import { readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isRunning, processIdentity, type ProcessIdentity } from '../contract/helpers/process-identity.js';
import { codeOf } from './faults.js';

/** The process that a file of the store belongs to, as its name tells. */
export interface Owner extends ProcessIdentity {
  /** Opaque: compare it. */
  readonly host: string;
}

let own: Promise<ProcessIdentity> | undefined;
let here: Promise<string> | undefined;

/** Where this process's number means something: containers of one host name may number their processes on their own. */
const host = (): Promise<string> =>
  (here ??= readlink('/proc/self/ns/pid').then(
    (namespace) => `${hostname()}/${namespace}`,
    () => hostname(),
  ));

/**
 * A file name that tells which process made it. It is never used twice, so what a dead process left can be removed by
 * anyone, without asking whether it is still the same file; and as the name says all, the file is never half-written.
 */
export async function ownName(): Promise<string> {
  own ??= processIdentity(process.pid).then((identity) => identity ?? { pid: process.pid, start: 'unknown' });
  const { pid, start } = await own;
  return [await host(), String(pid), start, randomBytes(8).toString('hex')].map(encodeURIComponent).join(',');
}

/** Undefined for a file that something else put there. */
export function ownerOf(name: string): Owner | undefined {
  const parts = name.split(',');
  const [place, pid, start, token] = parts.map(decodeURIComponent);
  if (parts.length !== 4 || !/^\d+$/.test(pid ?? '') || !/^[0-9a-f]{16}$/.test(token ?? '')) return undefined;
  return { host: place as string, pid: Number(pid), start: start as string };
}

/**
 * Whether the process that made this file still runs. Processes of another host cannot be looked at: they count while
 * their file is younger than `foreignMilliseconds`.
 */
export async function isOwned(path: string, owner: Owner, foreignMilliseconds: number): Promise<boolean> {
  if (owner.host === (await host())) return isRunning(owner);
  try {
    return Date.now() - (await stat(path)).mtimeMs < foreignMilliseconds;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
