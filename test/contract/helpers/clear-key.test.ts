import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clearKeyScript } from '../../../src/contract/helpers/clear-key.js';

it('takes one key out of the list of keys, and leaves the others and the mode of the file', async () => {
  const home = await mkdtemp(join(tmpdir(), 'imgpack-home-'));
  const list = join(home, '.ssh/authorized_keys');
  try {
    await mkdir(join(home, '.ssh'));
    const others = 'ssh-ed25519 AAAA/other+key= me\nssh-rsa BBBB you\n';
    await writeFile(list, `ssh-ed25519 AAAA/temp+key= packer_1\n${others}`, { mode: 0o600 });
    const clear = () =>
      execFileSync('sh', ['-c', clearKeyScript('AAAA/temp+key=')], {
        // `id` says root, so that nothing outside this home is touched.
        env: { HOME: home, PATH: `${home}/bin:${process.env['PATH']}` },
      });
    await mkdir(join(home, 'bin'));
    await writeFile(join(home, 'bin/id'), '#!/bin/sh\necho 0\n', { mode: 0o755 });
    clear();
    expect(await readFile(list, 'utf8')).toBe(others);
    expect((await stat(list)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(home, '.ssh'))).toEqual(['authorized_keys']);
    await rm(list);
    clear();
    expect(await readdir(join(home, '.ssh'))).toEqual([]);
  } finally {
    await rm(home, { recursive: true });
  }
});
