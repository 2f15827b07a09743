import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incoming, memoryWriter } from '../../../builders/qemu/memory-file.js';
import type { Layer } from '../../../src/contract/checkpoint.js';

const never = new AbortController().signal;
const memory = Buffer.alloc(3_000_000, 'memory of a guest ');
const hasZstd = spawnSync('zstd', ['--version']).status === 0;

let layer: Layer;
beforeEach(() => {
  // A name that a shell would take apart.
  const folder = join(mkdtempSync(join(tmpdir(), 'imgpack-memory-')), "it's a layer");
  mkdirSync(folder);
  layer = { id: '1', folder };
});
afterEach(() => rmSync(join(layer.folder, '..'), { recursive: true }));

/** As QEMU does it: the shell reads the memory, and nobody waits for the shell. */
function migrate(command: string): void {
  spawn('sh', ['-c', command], { stdio: ['pipe', 'ignore', 'ignore'] })
    .stdin.on('error', () => undefined)
    .end(memory);
}

async function readBack(): Promise<Buffer> {
  const uri = (await incoming(layer)) as string;
  return spawnSync('sh', ['-c', uri.replace(/^exec:/, '')], { maxBuffer: 1e8 }).stdout;
}

describe('memoryWriter', () => {
  it.each(hasZstd ? [true, false] : [false])('brings back what it wrote (compressed: %s)', async (compress) => {
    const writer = memoryWriter(layer, compress);
    migrate(writer.command);
    await writer.written(never);
    expect(readdirSync(layer.folder)).toEqual([compress ? 'memory.zst' : 'memory']);
    expect((await readBack()).equals(memory)).toBe(true);
  });

  it('leaves nothing of what could not be written', async () => {
    const writer = memoryWriter(layer, false);
    migrate(writer.command.replace('cat ', 'false '));
    await expect(writer.written(never)).rejects.toMatchObject({ code: 'qemu/state-not-saved' });
    expect(readdirSync(layer.folder)).toEqual([]);
  });

  it('stops waiting when the build is cancelled', async () => {
    await expect(memoryWriter(layer, false).written(AbortSignal.abort())).rejects.toThrow('cancelled');
  });

  it('has no memory in a layer without one', async () => {
    expect(await incoming(layer)).toBeUndefined();
  });
});
