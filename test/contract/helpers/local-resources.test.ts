import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reservePort } from '../../../src/contract/helpers/free-port.js';
import {
  createDirectory,
  createFile,
  createFileBy,
  createTemporaryDirectory,
  createTemporaryFile,
  localDirectory,
  localFile,
} from '../../../src/contract/helpers/local-resources.js';
import { isRunning, processIdentity } from '../../../src/contract/helpers/process-identity.js';
import { processKind, runTracked, spawnTracked } from '../../../src/contract/helpers/spawn-process.js';
import { Journal } from '../../../src/engine/journal.js';
import { BuildResources } from '../../../src/engine/resources.js';

let place = '';
let resources: BuildResources;
const logged: string[] = [];
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'imgpack-local-'));
  logged.length = 0;
  resources = new BuildResources({
    build: 'a',
    journal: new Journal({
      stateDirectory: join(place, 'state'),
      runId: 'r',
      redact: (text) => text,
      now: () => new Date(),
    }),
    signal: new AbortController().signal,
    grace: 1000,
    emit: () => undefined,
    log: (text) => logged.push(text),
  });
});
afterEach(async () => {
  await resources.undo();
  await rm(place, { recursive: true, force: true });
});

const context = { signal: new AbortController().signal, log: (text: string) => void logged.push(text) };
const inPlace = async (): Promise<string[]> => (await readdir(place)).filter((name) => name !== 'state').sort();

describe('files and folders', () => {
  it('are removed with the parents that were made for them', async () => {
    await createFile(resources, join(place, 'a', 'b', 'c.txt'), { content: 'text', mode: 0o600 });
    expect(await readFile(join(place, 'a', 'b', 'c.txt'), 'utf8')).toBe('text');
    expect(await resources.undo()).toEqual([]);
    expect(await inPlace()).toEqual([]);
  });

  it('leave a parent that somebody else uses by now', async () => {
    await createDirectory(resources, join(place, 'a', 'out'));
    await writeFile(join(place, 'a', 'mine'), '');
    await resources.undo();
    expect(await readdir(join(place, 'a'))).toEqual(['mine']);
  });

  it('that were there before are refused and stay', async () => {
    await writeFile(join(place, 'mine'), 'mine');
    await expect(createFile(resources, join(place, 'mine'))).rejects.toMatchObject({ code: 'path/exists' });
    await expect(createDirectory(resources, join(place, 'mine'))).rejects.toMatchObject({ code: 'path/exists' });
    await resources.undo();
    expect(await readFile(join(place, 'mine'), 'utf8')).toBe('mine');
  });

  it('that were replaced by others of the same name are left alone', async () => {
    const file = await createFile(resources, join(place, 'image'), { content: 'old' });
    const folder = await createDirectory(resources, join(place, 'out'));
    for (const name of ['image', 'out']) await rename(join(place, name), join(place, `${name}.old`));
    await writeFile(join(place, 'image'), 'of a later run');
    await mkdir(join(place, 'out'));
    await localFile.destroy(file.reference as never, context);
    await localDirectory.destroy(folder.reference as never, context);
    expect(await inPlace()).toEqual(['image', 'image.old', 'out', 'out.old']);
    expect(logged).toEqual([
      `${join(place, 'image')}: left alone, it is another file by now`,
      `${join(place, 'out')}: left alone, it is another folder by now`,
    ]);
  });

  it('of which only the intent is known go only where they are empty', async () => {
    await writeFile(join(place, 'full'), 'text');
    await writeFile(join(place, 'empty'), '');
    await mkdir(join(place, 'folder'));
    await writeFile(join(place, 'folder', 'x'), '');
    for (const name of ['full', 'empty', 'missing']) {
      await localFile.destroy({ kind: 'local-file', token: 't', args: { path: join(place, name) } }, context);
    }
    await localDirectory.destroy(
      { kind: 'local-directory', token: 't', args: { path: join(place, 'folder') } },
      context,
    );
    expect(await inPlace()).toEqual(['folder', 'full']);
  });

  it('made by a program appear under their name when it is done, and half-made ones go', async () => {
    let seen: string[] = [];
    await createFileBy(resources, join(place, 'disk.qcow2'), async (path) => {
      expect(path).toMatch(/disk-[0-9a-f]{16}\.qcow2$/);
      await writeFile(path, 'image');
      seen = await inPlace();
    });
    expect(seen).not.toContain('disk.qcow2');
    expect(await inPlace()).toEqual(['disk.qcow2']);
    const half = createFileBy(resources, join(place, 'other.qcow2'), async (path) => {
      await writeFile(path, 'half');
      throw new Error('disk full');
    });
    await expect(half).rejects.toThrow('disk full');
    expect(await inPlace()).toEqual(['disk.qcow2']);
    await resources.undo();
    expect(await inPlace()).toEqual([]);
  });

  it('of a temporary kind have a name of their own, for the owner only', async () => {
    const folder = await createTemporaryDirectory(resources, place, 'work');
    const file = await createTemporaryFile(resources, folder.value, 'script.sh', 'echo');
    expect(folder.value).toMatch(/work-[0-9a-f]{16}$/);
    expect(file.value).toMatch(/script-[0-9a-f]{16}\.sh$/);
    expect(localFile.describe(file.reference as never)).toBe(`file \`${file.value}\``);
    await resources.undo();
    expect(await inPlace()).toEqual([]);
  });
});

describe('processes', () => {
  it('are ended by undo, with their children', async () => {
    const shell = await spawnTracked(resources, 'sh', ['-c', 'sleep 1000 & echo $!; wait'], {});
    const child = await new Promise<number>((resolve) =>
      shell.value.child.stdout?.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    expect(await processIdentity(child)).toBeDefined();
    expect(await resources.undo()).toEqual([]);
    expect(await processIdentity(shell.value.pid)).toBeUndefined();
    expect(await processIdentity(child)).toBeUndefined();
  });

  it('that do not heed the request to end are killed', async () => {
    const stubborn = await spawnTracked(
      resources,
      'sh',
      ['-c', "trap '' TERM; echo ready; while :; do sleep 1000; done"],
      {
        grace: 50,
      },
    );
    await new Promise((resolve) => stubborn.value.child.stdout?.once('data', resolve));
    await stubborn.destroy();
    expect(await stubborn.value.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('are found by their token where their number was never recorded', async () => {
    const sleeper = await spawnTracked(resources, 'sleep', ['1000']);
    const { data, ...intent } = sleeper.reference;
    expect(data).toMatchObject({ pid: sleeper.value.pid });
    await processKind.destroy(intent as never, context);
    expect(await sleeper.value.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('are not confused with a later one of the same number', async () => {
    const own = await processIdentity(process.pid);
    const earlier = { pid: process.pid, start: 'before' };
    expect(await isRunning(own as never)).toBe(true);
    expect(await isRunning(earlier)).toBe(false);
    await processKind.destroy(
      { kind: 'process', token: 't', args: { command: 'x', grace: 1 }, data: earlier },
      context,
    );
    expect(await isRunning(own as never)).toBe(true);
  });

  it('that end by themselves leave the list of resources', async () => {
    const brief = await spawnTracked(resources, 'true', []);
    expect(await brief.value.exited).toEqual({ code: 0, signal: null });
    await brief.destroy();
    expect(resources.left()).toEqual([]);
  });

  it('that cannot be started are coded errors', async () => {
    await expect(spawnTracked(resources, 'no-such-program-here', [])).rejects.toMatchObject({
      code: 'process/not-found',
    });
  });

  it('run to their end give their output, or an error with its last lines', async () => {
    const lines: string[] = [];
    const script = 'read -r name; echo "hello $name"; printf half >&2';
    const output = await runTracked(resources, 'sh', ['-c', script], {
      stdin: 'you\n',
      onLine: (stream, line) => lines.push(`${stream} ${line}`),
    });
    expect(output).toEqual({ exitCode: 0, stdout: 'hello you\n', stderr: 'half\n' });
    expect(lines.sort()).toEqual(['stderr half', 'stdout hello you']);
    await expect(runTracked(resources, 'sh', ['-c', 'echo why >&2; exit 3'])).rejects.toMatchObject({
      code: 'process/failed',
      message: '`sh` ended with exit code 3',
      details: ['why'],
    });
  });

  it('are ended when their signal fires', async () => {
    const cancel = new AbortController();
    const running = runTracked(resources, 'sh', ['-c', 'echo ready; sleep 1000'], {
      signal: cancel.signal,
      onLine: () => cancel.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

describe('ports', () => {
  it('are reserved once each, and free again after undo', async () => {
    const range = { min: 45_000, max: 45_003 };
    const cache = join(place, 'cache');
    const ports = await Promise.all([1, 2, 3, 4].map(() => reservePort(resources, cache, range)));
    expect(ports.map(({ value }) => value).sort()).toEqual([45_000, 45_001, 45_002, 45_003]);
    await expect(reservePort(resources, cache, range)).rejects.toMatchObject({ code: 'port/none-free' });
    await ports[0]?.destroy();
    expect((await reservePort(resources, cache, range)).value).toBe(ports[0]?.value);
    await resources.undo();
    expect(await readdir(join(cache, 'port'))).toEqual([]);
  });

  it('that something else listens on are passed over', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
    const { port } = server.address() as { port: number };
    const only = reservePort(resources, join(place, 'cache'), { min: port, max: port });
    await expect(only).rejects.toMatchObject({ code: 'port/none-free' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('are taken over from a process that has ended', async () => {
    const folder = join(place, 'cache', 'port');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '45010'), JSON.stringify({ token: 'old', owner: { pid: 1, start: 'long ago' } }));
    const port = await reservePort(resources, join(place, 'cache'), { min: 45_010, max: 45_010 });
    expect(port.value).toBe(45_010);
    expect(await readdir(folder)).toEqual(['45010']);
  });
});
