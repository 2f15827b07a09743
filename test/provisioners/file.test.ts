import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import file from '../../provisioners/file.js';
import { connect } from '../../src/communicators/connect.js';
import type { Communicator } from '../../src/contract/communicator.js';
import type { Decoded } from '../../src/contract/schema.js';
import { connecting, failure } from '../support/connecting.js';
import { fakeCommunicator, problemsOf, provision } from '../support/provisioning.js';
import { Sshd } from '../support/sshd.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-file-'));
  writeFileSync(join(folder, 'a.txt'), 'a');
  mkdirSync(join(folder, 'tree', 'sub'), { recursive: true });
  writeFileSync(join(folder, 'tree', 'sub', 'b'), 'b');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Given = Partial<Decoded<typeof file.schema>>;

describe('the `file` provisioner asks a machine', () => {
  const asked = async (given: Given, values = {}) => {
    const communicator = fakeCommunicator();
    const told = await provision(file, given, { communicator, workingDirectory: folder, values });
    const short = (text: string) => text.replaceAll(folder, 'HERE');
    return { told: told.map(short), asked: communicator.asked.map(short) };
  };

  it.each<[string, Given, string[]]>([
    ['a file', { source: 'a.txt', destination: '/x/b' }, ['upload HERE/a.txt to /x/b 0']],
    ['a file into a folder', { source: 'a.txt', destination: '/x/' }, ['upload HERE/a.txt to /x/a.txt 0']],
    ['a folder', { source: 'tree', destination: '/x' }, ['upload folder HERE/tree to /x/tree']],
    ['what is in a folder', { source: 'tree/', destination: '/x' }, ['upload folder HERE/tree to /x']],
    [
      'several, `source` last',
      { source: 'tree', sources: ['a.txt'], destination: '/x/' },
      ['upload HERE/a.txt to /x/a.txt 0', 'upload folder HERE/tree to /x/tree'],
    ],
    ['a text', { content: 'hello', destination: '/x/c' }, ['upload "hello" to /x/c 600']],
  ])('to take %s', async (_what, given, expected) => {
    expect((await asked(given)).asked).toEqual(expected);
  });

  it.each<[string, Given, string[]]>([
    ['a file', { source: '/x/f', destination: 'out/g' }, ['download /x/f to HERE/out/g']],
    ['a file into a folder', { source: '/x/f', destination: 'out/' }, ['download /x/f to HERE/out/f']],
    ['a folder', { source: '/x/tree/', destination: 'out/' }, ['download folder /x/tree/ to HERE/out/tree']],
    [
      'what a pattern stands for, and the next source too',
      { sources: ['/x/*.log', '/x/f'], destination: 'out/' },
      ['download folder /x/*.log to HERE/out', 'download /x/f to HERE/out/f'],
    ],
  ])('to give %s', async (_what, given, expected) => {
    expect((await asked({ ...given, direction: 'download' })).asked).toEqual(expected);
    expect(readdirSync(folder)).toContain('out');
  });

  it('with values of the build in paths, and says so', async () => {
    const { told, asked: calls } = await asked(
      { source: '{{ .ID }}.txt', destination: '/{{ .User }}/' },
      { ID: 'a', User: 'u' },
    );
    expect(calls).toEqual(['upload HERE/a.txt to /u/a.txt 0']);
    expect(told).toEqual(['Uploading a.txt => /u/']);
    expect((await asked({ source: '/x', destination: 'y', direction: 'download' })).told).toEqual([
      'Downloading /x => y',
    ]);
  });

  it('for nothing where a generated source is missing in the end', async () => {
    const error = await failure(asked({ source: 'none', destination: '/x', generated: true }));
    expect([error.code, error.message]).toEqual([
      'file-provisioner/source-missing',
      'the source `none` cannot be used: it does not exist',
    ]);
  });
});

describe('the `file` provisioner refuses', () => {
  it.each<[Given, string[]]>([
    [{ source: 'none', destination: '/x' }, ['source: file-provisioner/source-missing']],
    [{ sources: ['a.txt', 'none'], destination: '/x' }, ['sources: file-provisioner/source-missing']],
    [{ source: 'none', destination: '/x', generated: true }, []],
    [{ source: 'none', destination: 'x', direction: 'download' }, []],
    [{ source: 'a.txt', content: 'x', destination: '/x' }, ['content: file-provisioner/content-and-source']],
    [{ source: 'a.txt', destination: '' }, ['destination: file-provisioner/destination-missing']],
    [{ destination: '/x' }, ['-: file-provisioner/nothing-to-copy']],
  ])('%j: %j', async (given, problems) => {
    expect(await problemsOf(file, given, folder)).toEqual(problems);
  });
});

describe('the `file` provisioner with a real machine', () => {
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

  it('brings files, folders and texts there and back', async () => {
    const there = join(folder, 'there');
    mkdirSync(there);
    const run = (given: Given) => provision(file, given, { communicator, workingDirectory: folder });
    await run({ sources: ['a.txt', 'tree'], destination: `${there}/` });
    await run({ content: 'secret', destination: `${there}/c` });
    expect(statSync(join(there, 'c')).mode & 0o777).toBe(0o600);
    await run({
      sources: [`${there}/a.txt`, `${there}/tree/`, `${there}/c*`],
      destination: 'back/',
      direction: 'download',
    });
    expect(['a.txt', 'tree/sub/b', 'c'].map((name) => readFileSync(join(folder, 'back', name), 'utf8'))).toEqual([
      'a',
      'b',
      'secret',
    ]);
  });
});
