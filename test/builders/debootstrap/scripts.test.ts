import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customizeScript, essentialScript, setupScript } from '../../../builders/debootstrap/bootstrap/hooks.js';
import { plainScript } from '../../../builders/debootstrap/bootstrap/plain-debootstrap.js';
import { quote, script, writeFile as writing } from '../../../builders/debootstrap/bootstrap/shell.js';
import { schema, type Config } from '../../../builders/debootstrap/config.js';
import { makeRecipe } from '../../../builders/debootstrap/recipe.js';
import { decodedConfig } from '../../support/decoded-config.js';

const AWKWARD = `it's "quoted" \`x\` $HOME \\n %s\n\ttab\n`;
const identity = { root: '11111111-2222-8333-8444-555555555555', efi: '0A1B2C3D' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-scripts-'));
  await mkdir(join(folder, 'root'));
  await mkdir(join(folder, 'bin'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const recipe = (given: Partial<Config>) =>
  makeRecipe(decodedConfig(schema, { suite: 'bookworm', ...given }), {
    host: { distribution: undefined, entries: [] },
    nodeArchitecture: 'x64',
    contents: new Map(),
    output: '',
  });

/** Runs a script over the empty system `root`; `chroot` writes its command down instead of running it. */
async function run(content: string): Promise<string> {
  const fake = join(folder, 'bin/chroot');
  await writeFile(fake, `#!/bin/sh\nfor word; do :; done\nprintf '%s\\n' "$word" >> ${folder}/inside\n`);
  await chmod(fake, 0o755);
  // Commands inside the system get a search path of their own, so the fake stands in for it by its full name.
  const script = content.replaceAll(/PATH=\S+ chroot/g, fake);
  execFileSync('sh', ['-c', script, 'script', join(folder, 'root')]);
  return readFile(join(folder, 'inside'), 'utf8').catch(() => '');
}
const read = (path: string) => readFile(join(folder, 'root', path), 'utf8');

describe('the scripts of a bootstrap', () => {
  it('are shell without a fault, with and without everything', () => {
    const recipes = [
      recipe({ format: 'tar' }),
      recipe({}),
      recipe({
        cloud_init: false,
        root_ssh_keys: ['ssh-ed25519 AAAA a'],
        files: { '/etc/a b': AWKWARD },
        customize: [AWKWARD],
        apt_options: ['A::B "c"'],
        dpkg_options: ['path-exclude=/x'],
        recommends: true,
      }),
    ];
    for (const one of recipes) {
      for (const content of [
        setupScript(['Acquire::Retries "3";']),
        essentialScript(one),
        customizeScript(one, identity),
        plainScript(one, '/tmp/a.tar.gz'),
      ])
        expect(execFileSync('sh', ['-n'], { input: content, encoding: 'utf8' })).toBe('');
    }
  });

  it('keep the lists of packages only where they are wanted', () => {
    const lists = (wanted: boolean) => plainScript(recipe({ package_lists: wanted }), undefined).includes('apt/lists');
    expect([lists(false), lists(true)]).toEqual([true, false]);
  });

  it('write any text byte for byte', async () => {
    await run(script([writing(`/etc/it's here`, AWKWARD, '0600')]));
    expect(await read(`etc/it's here`)).toBe(AWKWARD);
    expect((await stat(join(folder, `root/etc/it's here`))).mode & 0o777).toBe(0o600);
    expect(execFileSync('sh', ['-c', `printf %s ${quote(AWKWARD)}`], { encoding: 'utf8' })).toBe(AWKWARD);
  });

  it('stop at the first command that fails', async () => {
    await expect(run(script(['false', 'echo late > "$root/late"']))).rejects.toThrow();
    await expect(read('late')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('set up an archive of files: names, files and commands, and no more', async () => {
    const inside = await run(
      customizeScript(
        recipe({ format: 'tar', hostname: 'web.example', files: { '/a/b': 'c' }, customize: ['one', 'two'] }),
        identity,
      ),
    );
    expect(inside).toBe('one\ntwo\n');
    expect(await read('etc/hostname')).toBe('web.example\n');
    expect(await read('etc/hosts')).toContain('127.0.1.1 web.example web\n');
    expect(await read('a/b')).toBe('c');
  });

  it('set up a disk: mounts, network, menu, and a login for root', async () => {
    const boot = join(folder, 'root/boot');
    await mkdir(boot);
    for (const version of ['6.1.0-9', '6.1.0-10']) {
      await writeFile(join(boot, `vmlinuz-${version}`), '');
      await writeFile(join(boot, `initrd.img-${version}`), '');
    }
    for (const target of ['i386-pc', 'x86_64-efi']) {
      await mkdir(join(folder, 'root/usr/lib/grub', target), { recursive: true });
      for (const name of ['a.mod', 'a.lst']) await writeFile(join(folder, 'root/usr/lib/grub', target, name), '');
    }
    const disk = recipe({ cloud_init: false, root_ssh_keys: ['ssh-ed25519 AAAA a'], kernel_command_line: `x="a b"` });
    const inside = await run(customizeScript(disk, identity));
    expect(inside).toContain('grub-mkimage -O i386-pc');
    expect(inside).toContain('grub-mkimage -O x86_64-efi');
    expect(inside).toContain('systemctl --quiet enable ssh-host-keys.service');
    expect(await read('etc/fstab')).toBe(
      `UUID=${identity.root} / ext4 rw,errors=remount-ro 0 1\nUUID=0A1B-2C3D /boot/efi vfat noauto,umask=0077 0 2\n`,
    );
    expect(await read('root/.ssh/authorized_keys')).toBe('ssh-ed25519 AAAA a\n');
    expect((await stat(join(folder, 'root/root/.ssh'))).mode & 0o777).toBe(0o700);
    expect(await read('boot/grub/grub.cfg')).toBe(`set timeout=0
search --no-floppy --fs-uuid --set=root ${identity.root}
menuentry "Linux 6.1.0-10" {
  linux /boot/vmlinuz-6.1.0-10 root=UUID=${identity.root} ro x="a b"
  initrd /boot/initrd.img-6.1.0-10
}
`);
  });

  it('refuse a disk without a kernel', async () => {
    for (const target of ['i386-pc', 'x86_64-efi']) {
      await mkdir(join(folder, 'root/usr/lib/grub', target), { recursive: true });
      for (const name of ['a.mod', 'a.lst']) await writeFile(join(folder, 'root/usr/lib/grub', target, name), '');
    }
    await mkdir(join(folder, 'root/boot'));
    await expect(run(customizeScript(recipe({}), identity))).rejects.toThrow(/imgpack: no kernel/);
  });
});
