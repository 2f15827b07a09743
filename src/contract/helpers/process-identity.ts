import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';

/** Tells a process from a later one with the same number. `start` is opaque: compare it, nothing else. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
}

let bootId: Promise<string> | undefined;

/** Start times count from the boot, so the boot is part of them. */
const currentBoot = (): Promise<string> =>
  (bootId ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => 'boot',
  ));

/** The identity of a running process; undefined where there is none with this number (a zombie counts as gone). */
export async function processIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  return process.platform === 'linux' ? identityFromProc(pid) : identityFromPs(pid);
}

/** Whether the very process that `identity` describes is still running. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await processIdentity(identity.pid))?.start === identity.start;
}

async function identityFromProc(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field, the program's name in parentheses, may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, start: `${await currentBoot()}/${fields[19]}` };
}

async function identityFromPs(pid: number): Promise<ProcessIdentity | undefined> {
  const line = (await ps(['-o', 'stat=,lstart=', '-p', String(pid)])).trim();
  const [, state, start] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
  if (state === undefined || start === undefined || state.startsWith('Z')) return undefined;
  return { pid, start };
}

/** Numbers of the processes of a group that still run; a leader may be gone before its children. Linux only, else none. */
export async function groupMembers(group: number): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const members: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(processGroup) === group && state !== 'Z' && state !== 'X') members.push(Number(name));
  }
  return members;
}

/** Processes whose environment holds `NAME=value`: those of this user, or of everyone for root. */
export async function processesWithEnvironment(name: string, value: string): Promise<ProcessIdentity[]> {
  const pids = process.platform === 'linux' ? await searchProc(`${name}=${value}`) : await searchPs(`${name}=${value}`);
  const identities = await Promise.all(pids.filter((pid) => pid !== process.pid).map(processIdentity));
  return identities.filter((identity) => identity !== undefined);
}

async function searchProc(entry: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Processes of others may not be read, and any may end meanwhile: neither is ours to end.
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(entry)) found.push(Number(name));
  }
  return found;
}

async function searchPs(entry: string): Promise<number[]> {
  const lines = (await ps(['-A', '-E', '-ww', '-o', 'pid=,command='])).split('\n');
  return lines.filter((line) => line.split(/\s+/).includes(entry)).map((line) => Number.parseInt(line, 10));
}

/** The output of `ps`, empty where it finds nothing or does not exist. */
function ps(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('ps', args, { maxBuffer: 64 << 20 }, (_error, stdout) => resolve(stdout));
  });
}
