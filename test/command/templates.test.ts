import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';
import { Sshd } from '../support/sshd.js';

const templates = join(import.meta.dirname, '../../templates');
const folders = readdirSync(templates).filter((name) => statSync(join(templates, name)).isDirectory());
const files = folders.flatMap((folder) =>
  readdirSync(join(templates, folder))
    .filter((name) => name.endsWith('.pkr.hcl'))
    .map((name) => `${folder}/${name}`),
);

let place: Workplace;
beforeEach(async () => (place = await Workplace.make()));
afterEach(() => place.remove());

/** What a template cannot know by itself. */
async function needs(name: string): Promise<string[]> {
  if (!name.startsWith('null-ssh')) return [];
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(place.folder, 'key')]);
  return ['-var', 'host=192.0.2.1', '-var', 'key=key'];
}

describe('the starter templates', () => {
  it.each([...files, ...folders])('`%s` is valid', async (name) => {
    const outcome = await place.imgpack(['validate', ...(await needs(name)), join(templates, name)]);
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The configuration is valid.') });
  });

  it.each(folders)('`%s` is laid out as `fmt` lays it out', async (folder) => {
    expect(await place.imgpack(['fmt', '-check', '-recursive', join(templates, folder)])).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
  });

  it.each(folders)('`%s` says in its README how each of its templates is run', (folder) => {
    const readme = readFileSync(join(templates, folder, 'README.md'), 'utf8');
    const silent = files.filter(
      (file) => file.startsWith(`${folder}/`) && !readme.includes(file.split('/')[1] as string),
    );
    expect(silent).toEqual([]);
  });

  it('`null-ssh` runs its steps on a machine that is there already', async () => {
    const sshd = await Sshd.start();
    const left = '/tmp/imgpack-was-here';
    try {
      await place.write('key', sshd.key.privateKey);
      await chmod(join(place.folder, 'key'), 0o600);
      const variables = ['host=127.0.0.1', `port=${sshd.port}`, `user=${userInfo().username}`, 'key=key'];
      const { exitCode, stdout } = await place.imgpack([
        'build',
        '-color=false',
        ...variables.flatMap((text) => ['-var', text]),
        join(templates, 'null-ssh'),
      ]);
      expect(exitCode, stdout).toBe(0);
      expect(stdout).toContain('==> null.server: managed by imgpack\n');
      expect(stdout).toContain(`==> null.server: host:   ${hostname()}\n`);
    } finally {
      await rm(left, { force: true });
      await sshd.stop();
    }
  });

  it('`hello-file` writes a greeting, its checksum and a record of both', async () => {
    const template = join(templates, 'hello-file/hello.pkr.hcl');
    const outcome = await place.imgpack(['build', '-color=false', '-var', 'name=reader', template]);
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    const made = await place.files();
    expect(Object.keys(made).sort()).toEqual([
      'output-hello/hello.txt',
      'output-hello/manifest.json',
      'output-hello/sha256sums.txt',
    ]);
    expect(made['output-hello/hello.txt']?.toString()).toBe('Hello, reader!\n');
    expect(made['output-hello/sha256sums.txt']?.toString()).toMatch(/^[0-9a-f]{64}\thello\.txt\n$/);
    expect(JSON.parse(made['output-hello/manifest.json']?.toString() ?? '').builds).toMatchObject([
      { name: 'hello', builder_type: 'file', files: [{ name: 'output-hello/hello.txt', size: 15 }, {}] },
    ]);
  });
});
