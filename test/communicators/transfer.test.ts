import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/communicators/connect.js';
import type { Communicator } from '../../src/contract/communicator.js';
import { CancelledError } from '../../src/messages/message.js';
import { connecting, failure } from '../support/connecting.js';
import { onlyPrograms, Sshd } from '../support/sshd.js';

const MANY = 5000;
const AWKWARD = [
  'plain',
  'with space',
  "quo'te",
  'dou"ble',
  'new\nline',
  'tab\t',
  '☃ snow',
  '$HOME',
  '`x`',
  '-n',
  '*',
  'a\\b',
];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-transfer-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Servers that can do less and less; what is missing makes another way be taken. */
const WAYS = {
  'scp and tar': { fileTransfer: 'scp', programs: undefined },
  sftp: { fileTransfer: 'sftp', programs: undefined },
  'neither scp nor tar': { fileTransfer: 'scp', programs: ['sh', 'cat', 'chmod', 'mkdir'] },
  'sftp and nothing else': { fileTransfer: 'sftp', programs: [] },
} as const;

/** What is in a folder: kind, permissions and content of each thing by its path. */
function contents(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string) => {
    for (const name of readdirSync(path).sort()) {
      const inside = join(path, name);
      const stats = lstatSync(inside);
      const mode = (stats.mode & 0o777).toString(8);
      if (stats.isDirectory()) visit(inside);
      const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : readFileSync(inside, 'latin1');
      found[relative(root, inside)] = `${mode} ${kind}`;
    }
  };
  visit(root);
  return found;
}

describe.each(Object.entries(WAYS))('with %s', (_way, { fileTransfer, programs }) => {
  let sshd: Sshd;
  let communicator: Communicator;
  let programsFolder: string;
  beforeAll(async () => {
    programsFolder = await mkdtemp(join(tmpdir(), 'imgpack-programs-'));
    const path = programs && (await onlyPrograms(programsFolder, programs));
    sshd = await Sshd.start(path === undefined ? {} : { path });
    communicator = await connect(sshd.target({ fileTransfer }), connecting());
  });
  afterAll(async () => {
    await communicator.close();
    await sshd.stop();
    await rm(programsFolder, { recursive: true, force: true });
  });

  it.each(AWKWARD)('a file named %j goes up and comes down', async (name) => {
    const path = join(folder, name);
    await communicator.upload({ content: `in ${name}` }, path);
    expect(readFileSync(path, 'utf8')).toBe(`in ${name}`);
    await communicator.download(path, join(folder, 'down'));
    expect(readFileSync(join(folder, 'down'), 'utf8')).toBe(`in ${name}`);
  });

  it.each([0o600, 0o644, 0o755, 0o777])('an uploaded file has mode %o whatever the umask', async (mode) => {
    await communicator.upload({ content: 'x' }, join(folder, 'f'), { mode });
    expect(statSync(join(folder, 'f')).mode & 0o777).toBe(mode);
  });

  it('a file keeps its own mode, and content has 0644', async () => {
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\n');
    chmodSync(join(folder, 'tool'), 0o750);
    await communicator.upload({ path: join(folder, 'tool') }, join(folder, 'up'));
    await communicator.upload({ content: '' }, join(folder, 'empty'));
    expect(contents(folder)).toMatchObject({ up: '750 #!/bin/sh\n', empty: '644 ' });
  });

  it('an existing file is written over, with the new mode', async () => {
    writeFileSync(join(folder, 'f'), 'a long text that was there before', { mode: 0o600 });
    await communicator.upload({ content: 'new' }, join(folder, 'f'), { mode: 0o644 });
    expect(contents(folder)).toEqual({ f: '644 new' });
  });

  it('a large file arrives as it is, and progress ends at its size', async () => {
    const bytes = randomBytes(24 * 1024 * 1024 + 7);
    writeFileSync(join(folder, 'big'), bytes);
    const steps: [number, number | undefined][] = [];
    const onProgress = (done: number, total?: number) => steps.push([done, total]);
    await communicator.upload({ path: join(folder, 'big') }, join(folder, 'up'), { onProgress });
    await communicator.download(join(folder, 'up'), join(folder, 'down'), { onProgress });
    expect(steps.filter(([done]) => done === bytes.length)).toEqual([
      [bytes.length, bytes.length],
      [bytes.length, bytes.length],
    ]);
    const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
    const original = createHash('sha256').update(bytes).digest('hex');
    expect([digest(join(folder, 'up')), digest(join(folder, 'down'))]).toEqual([original, original]);
  });

  it('an upload into a folder that is missing is an error with its reason', async () => {
    const error = await failure(communicator.upload({ content: 'x' }, join(folder, 'no', 'f')));
    expect(error.code).toBe('ssh/upload-failed');
    expect(error.message).toMatch(/no such file|directory nonexistent/i);
    expect(contents(folder)).toEqual({});
  });

  it('a source that is missing is an error on this side', async () => {
    const error = await failure(communicator.upload({ path: join(folder, 'none') }, join(folder, 'f')));
    expect(error.message).toBe(`\`${join(folder, 'none')}\` cannot be read: it does not exist`);
    expect((await failure(communicator.uploadDirectory(join(folder, 'none'), folder))).code).toBe(
      'ssh/source-unreadable',
    );
  });

  it('a download of what is missing is an error with its reason', async () => {
    const error = await failure(communicator.download(join(folder, 'none'), join(folder, 'f')));
    expect(error.code).toBe('ssh/download-failed');
    expect(error.message).toMatch(/no such file/i);
    const folderError = await failure(communicator.downloadDirectory(join(folder, 'none'), join(folder, 'f')));
    expect(folderError.code).toBe('ssh/download-failed');
  });

  it('a cancelled copy ends as cancelled', async () => {
    const cancel = new AbortController();
    const copy = communicator.upload({ content: Buffer.alloc(64 * 1024 * 1024) }, join(folder, 'f'), {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(copy).rejects.toThrow(CancelledError);
    await communicator.upload({ content: 'after' }, join(folder, 'g'));
    expect(readFileSync(join(folder, 'g'), 'utf8')).toBe('after');
  });

  it('a folder goes up with modes, awkward names and empty folders, and links followed', async () => {
    const source = join(folder, 'source');
    mkdirSync(join(source, 'sub', 'deep'), { recursive: true });
    for (const name of AWKWARD) writeFileSync(join(source, 'sub', name), name);
    writeFileSync(join(source, 'sub', 'deep', 'x'.repeat(200)), 'long name');
    writeFileSync(join(source, 'tool'), 'tool', { mode: 0o700 });
    mkdirSync(join(source, 'empty'));
    mkdirSync(join(source, 'private'));
    writeFileSync(join(source, 'private', 'key'), 'k', { mode: 0o600 });
    chmodSync(join(source, 'private'), 0o700);
    symlinkSync('tool', join(source, 'link'));
    symlinkSync('sub', join(source, 'folder-link'));
    symlinkSync('..', join(source, 'sub', 'loop'));
    linkSync(join(source, 'tool'), join(source, 'second-name'));
    await communicator.uploadDirectory(source, join(folder, 'up'));
    const expected = Object.fromEntries(
      Object.entries(contents(source)).filter(([, what]) => !what.endsWith('link') || what.endsWith('\nlink')),
    );
    for (const [path, what] of Object.entries(expected)) {
      if (path.startsWith('sub/')) expected[path.replace(/^sub/, 'folder-link')] = what;
    }
    expected['folder-link'] = '755 folder';
    expected['link'] = '700 tool';
    expect(contents(join(folder, 'up'))).toEqual(expected);
  });

  it('a folder goes into one that is there: what is in it stays, with its modes', async () => {
    mkdirSync(join(folder, 'source', 'etc', 'x'), { recursive: true });
    writeFileSync(join(folder, 'source', 'etc', 'new'), 'new');
    writeFileSync(join(folder, 'source', 'etc', 'linked'), 'through the link');
    mkdirSync(join(folder, 'up', 'real', 'x'), { recursive: true });
    chmodSync(join(folder, 'up', 'real', 'x'), 0o700);
    writeFileSync(join(folder, 'up', 'old'), 'old');
    writeFileSync(join(folder, 'up', 'target'), 'a longer text before');
    symlinkSync('real', join(folder, 'up', 'etc'));
    symlinkSync('../target', join(folder, 'up', 'real', 'linked'));
    await communicator.uploadDirectory(join(folder, 'source'), join(folder, 'up'));
    expect(contents(join(folder, 'up'))).toEqual({
      etc: '777 link',
      old: '644 old',
      real: '755 folder',
      'real/linked': '777 link',
      'real/new': '644 new',
      'real/x': '700 folder',
      target: '644 through the link',
    });
  });

  it('a folder comes down with modes, awkward names and links followed', async () => {
    const source = join(folder, 'source');
    mkdirSync(join(source, 'sub', 'empty'), { recursive: true });
    for (const name of AWKWARD) writeFileSync(join(source, 'sub', name), name);
    writeFileSync(join(source, 'sub', 'y'.repeat(150)), 'long name');
    symlinkSync('sub', join(source, 'folder-link'));
    await communicator.downloadDirectory(source, join(folder, 'down', 'here'));
    const names = Object.keys(contents(source)).filter((name) => name !== 'folder-link');
    const followed = names.filter((name) => name.startsWith('sub/')).map((name) => name.replace(/^sub/, 'folder-link'));
    const down = contents(join(folder, 'down', 'here'));
    expect(Object.keys(down).sort()).toEqual([...names, ...followed, 'folder-link'].sort());
    expect(down["sub/quo'te"]).toBe("644 quo'te");
    expect(down['folder-link/new\nline']).toBe('644 new\nline');
  });
});

describe('folders over tar', () => {
  let sshd: Sshd;
  let communicator: Communicator;
  beforeAll(async () => {
    sshd = await Sshd.start();
    communicator = await connect(sshd.target(), connecting());
  });
  afterAll(async () => {
    await communicator.close();
    await sshd.stop();
  });

  it(`carry ${MANY} files with their modes, up and down`, async () => {
    const source = join(folder, 'source');
    for (let i = 0; i < MANY; i++) {
      const inside = join(source, `d${i % 50}`);
      if (i < 50) mkdirSync(inside, { recursive: true });
      writeFileSync(join(inside, `f${i}`), `${i}\n`.repeat(i % 700), { mode: i % 3 === 0 ? 0o755 : 0o640 });
    }
    await communicator.uploadDirectory(source, join(folder, 'up'));
    await communicator.downloadDirectory(join(folder, 'up'), join(folder, 'down'));
    const original = contents(source);
    expect(Object.keys(original)).toHaveLength(MANY + 50);
    expect(contents(join(folder, 'up'))).toEqual(original);
    expect(contents(join(folder, 'down'))).toEqual(original);
  });

  it('fetch what a pattern stands for', async () => {
    mkdirSync(join(folder, 'logs', 'old.log'), { recursive: true });
    for (const name of ['a.log', 'b b.log', 'c.txt']) writeFileSync(join(folder, 'logs', name), name);
    writeFileSync(join(folder, 'logs', 'old.log', 'x'), 'x');
    await communicator.downloadDirectory(join(folder, 'logs', '*.log'), join(folder, 'down'));
    expect(contents(join(folder, 'down'))).toEqual({
      'a.log': '644 a.log',
      'b b.log': '644 b b.log',
      'old.log': '755 folder',
      'old.log/x': '644 x',
    });
  });

  it('name a folder that cannot be made', async () => {
    mkdirSync(join(folder, 'source'));
    writeFileSync(join(folder, 'file'), '');
    const error = await failure(communicator.uploadDirectory(join(folder, 'source'), join(folder, 'file', 'sub')));
    expect(error.code).toBe('ssh/upload-failed');
    expect(error.message).toMatch(/not a directory/i);
  });

  it('paths in the home directory are found by the shell', async () => {
    await communicator.upload({ content: 'home' }, '~/f');
    mkdirSync(join(folder, 'source'));
    writeFileSync(join(folder, 'source', 'g'), 'g');
    await communicator.uploadDirectory(join(folder, 'source'), '~/some folder');
    expect(contents(join(sshd.folder, 'home'))).toEqual({
      f: '644 home',
      'some folder': '755 folder',
      'some folder/g': '644 g',
    });
    await communicator.download('~/f', join(folder, 'down'));
    expect(existsSync(join(folder, 'down'))).toBe(true);
  });
});
