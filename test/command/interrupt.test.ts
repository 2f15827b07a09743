import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imgpack, Workplace } from '../support/command.js';

const slow = `
source "null" "a" {
  communicator = "none"
}
source "file" "f" {
  target  = "out.txt"
  content = "x"
}
build {
  sources = ["null.a", "file.f"]
  provisioner "shell-local" {
    inline = ["echo $$ >> pids", "echo started", "sleep 300"]
  }
  post-processor "manifest" {}
}
`;

/** Starts a build and resolves when it printed `text` for the first time. */
async function startBuild(place: Workplace, text: string) {
  const child = spawn(process.execPath, [imgpack, 'build', '-color=false', 't.pkr.hcl'], {
    cwd: place.folder,
    env: place.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  const seen = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.split(text).length > 2) resolve();
    });
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([seen, closed]);
  return { child, closed, output: () => stdout };
}

async function leftovers(place: Workplace): Promise<string[]> {
  const journal = join(place.state, 'journal');
  const journals = existsSync(journal) ? await readdir(journal) : [];
  return [...journals, ...(await readdir(place.temporary))];
}

/** Whether a process runs; one that has ended and waits to be collected by its parent does not. */
function alive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

describe('a build that is stopped', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by one %s cleans up, leaves nothing and exits 1',
    async (signal) => {
      const place = await Workplace.make({ 't.pkr.hcl': slow });
      try {
        const { child, closed, output } = await startBuild(place, ': started');
        child.kill(signal);
        const [code] = await closed;
        expect(code, output()).toBe(1);
        expect(output()).toContain('Cleanly cancelled builds after being interrupted.');
        expect(await leftovers(place)).toEqual([]);
        expect(Object.keys(await place.files()).sort()).toEqual(['pids', 't.pkr.hcl']);
        const pids = (await place.files())['pids']?.toString().trim().split('\n').map(Number) ?? [];
        expect(pids.filter(alive)).toEqual([]);
      } finally {
        await place.remove();
      }
    },
  );

  it('because nobody reads its output any more cleans up and leaves nothing', async () => {
    const place = await Workplace.make({
      't.pkr.hcl': slow.replace('"sleep 300"', '"while echo more; do sleep 0.05; done"'),
    });
    try {
      const { child, closed } = await startBuild(place, ': started');
      child.stdout.destroy();
      const [code] = await closed;
      expect(code).toBe(1);
      expect(await leftovers(place)).toEqual([]);
      const pids = (await place.files())['pids']?.toString().trim().split('\n').map(Number) ?? [];
      expect(pids.filter(alive)).toEqual([]);
    } finally {
      await place.remove();
    }
  });

  it('by a kill leaves a journal from which `cleanup` removes everything, and the next build works', async () => {
    const place = await Workplace.make({ 't.pkr.hcl': slow });
    try {
      const { child, closed, output } = await startBuild(place, ': started');
      child.kill('SIGKILL');
      await closed;
      expect(await leftovers(place), output()).not.toEqual([]);
      const cleaned = await place.imgpack(['cleanup']);
      expect(cleaned.exitCode, cleaned.stdout + cleaned.stderr).toBe(0);
      expect(await leftovers(place), cleaned.stdout).toEqual([]);
      const pids = (await place.files())['pids']?.toString().trim().split('\n').map(Number) ?? [];
      expect(pids.filter(alive)).toEqual([]);
      await place.write('t.pkr.hcl', slow.replace('"sleep 300"', '"true"'));
      const again = await place.imgpack(['build', 't.pkr.hcl']);
      expect(again.exitCode, again.stdout).toBe(0);
    } finally {
      await place.remove();
    }
  });

  it('does not look like a leftover while it runs', async () => {
    const place = await Workplace.make({ 't.pkr.hcl': slow });
    try {
      const { child, closed } = await startBuild(place, ': started');
      const cleaned = await place.imgpack(['cleanup']);
      expect(cleaned.exitCode).toBe(0);
      expect(child.exitCode).toBeNull();
      child.kill('SIGINT');
      await closed;
    } finally {
      await place.remove();
    }
  });
});
