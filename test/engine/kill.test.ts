import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { processesWithEnvironment } from '../../src/contract/helpers/process-identity.js';
import { cleanup } from '../../src/engine/cleanup.js';
import { kindsOf } from '../support/fake-plan.js';

const SCRIPT = fileURLToPath(new URL('../support/dying-run.ts', import.meta.url));
/** More than the run has; the last ones show that it has no more. */
const POINTS = 40;
const AT_ONCE = 3;

interface Ending {
  readonly point: number;
  readonly signal: string | null;
  readonly code: number | null;
  /** What `cleanup` said that was not a removal. */
  readonly faults: readonly string[];
  readonly left: readonly string[];
  /** What a second `cleanup` found. */
  readonly again: readonly string[];
}

async function dieAndCleanUp(point: number): Promise<Ending> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'imgpack-kill-'));
  try {
    await mkdir(join(stateDirectory, 'place'));
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, stateDirectory, String(point)], {
      stdio: 'inherit',
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('exit', (exitCode, exitSignal) => resolve([exitCode, exitSignal])),
    );
    const clean = async (): Promise<string[]> => {
      const reports: string[] = [];
      await cleanup({
        stateDirectory,
        resourceKinds: kindsOf(),
        signal: new AbortController().signal,
        report: (line) => reports.push(line),
      });
      return reports;
    };
    const faults = (await clean()).filter((line) => !/: removed |^nothing is left over$/.test(line));
    return { point, code, signal, faults, left: await whatIsLeft(stateDirectory), again: await clean() };
  } finally {
    await rm(stateDirectory, { recursive: true, force: true });
  }
}

async function whatIsLeft(stateDirectory: string): Promise<string[]> {
  const processes = await processesWithEnvironment('IMGPACK_TEST', stateDirectory);
  const folders = await Promise.all(
    ['place', 'journal', 'cache/port'].map(async (folder) => {
      const names = await readdir(join(stateDirectory, folder), { recursive: true }).catch(() => []);
      return names.map((name) => join(folder, name));
    }),
  );
  return [...processes.map(({ pid }) => `process ${pid}`), ...folders.flat()];
}

it('a run killed at any point of its journal is finished by cleanup: nothing is left, and nothing a second time', async () => {
  const endings: Ending[] = [];
  for (let first = 0; first < POINTS; first += AT_ONCE) {
    const points = Array.from({ length: AT_ONCE }, (_, index) => first + index);
    endings.push(...(await Promise.all(points.map(dieAndCleanUp))));
    if (endings.at(-1)?.code === 0) break;
  }
  const died = endings.filter(({ signal }) => signal === 'SIGKILL').length;
  // Seven resources: intent, creation, record and removal of each.
  expect(died).toBe(28);
  expect(endings).toEqual(
    endings.map(({ point }) => ({
      point,
      code: point < died ? null : 0,
      signal: point < died ? 'SIGKILL' : null,
      faults: [],
      left: [],
      again: ['nothing is left over'],
    })),
  );
}, 180_000);
