import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import sshkey from '../../data-sources/sshkey.js';
import { dataSourceContext } from '../support/data-source.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'imgpack-key-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the sshkey data source', () => {
  it.each(['rsa', 'ed25519'] as const)(
    'makes a %s key that OpenSSH reads, for its owner only, and finds it again',
    async (type) => {
      const config = { name: 'k', type, cache: 'reuse' as const };
      const first = (await sshkey.run(config, dataSourceContext(folder))) as {
        public_key: string;
        private_key_path: string;
      };
      const derived = execFileSync('ssh-keygen', ['-y', '-f', first.private_key_path], { encoding: 'utf8' });
      expect(derived.trim().split(' ').slice(0, 2)).toEqual(first.public_key.trim().split(' ').slice(0, 2));
      expect((await stat(first.private_key_path)).mode & 0o777).toBe(0o600);
      expect(await sshkey.run(config, dataSourceContext(folder))).toEqual(first);
    },
  );

  it('makes a new key each time where `unique` is asked for', async () => {
    const config = { name: 'k', type: 'ed25519' as const, cache: 'unique' as const };
    const [a, b] = [
      await sshkey.run(config, dataSourceContext(folder)),
      await sshkey.run(config, dataSourceContext(folder)),
    ];
    expect(a).not.toEqual(b);
  });

  it('refuses a cached file that is no key, and leaves it', async () => {
    const config = { name: 'k', type: 'ed25519' as const, cache: 'reuse' as const };
    const { private_key_path: path } = (await sshkey.run(config, dataSourceContext(folder))) as {
      private_key_path: string;
    };
    await writeFile(path, 'broken');
    await expect(sshkey.run(config, dataSourceContext(folder))).rejects.toThrow();
    expect(await readFile(path, 'utf8')).toBe('broken');
  });
});
