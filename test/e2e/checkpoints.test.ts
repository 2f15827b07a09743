import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesWithEnvironment } from '../../src/contract/helpers/process-identity.js';
import { imgpack, Workplace } from '../support/command.js';
import { mayMountSmallDisk } from '../support/small-disk.js';

const base = (key: string) => `
source "debootstrap" "base" {
  suite         = "bookworm"
  output        = "base.qcow2"
  disk_size     = "2G"
  cloud_init    = false
  packages      = ["openssh-server"]
  root_ssh_keys = [${JSON.stringify(key)}]
}
build {
  sources = ["source.debootstrap.base"]
}
`;

/** Three provisioners, of which the last says what it finds. */
const guest = (words: { readonly first: string; readonly last: string; readonly output?: string }) => `
source "qemu" "guest" {
  disk_image           = true
  iso_url              = "base.qcow2"
  iso_checksum         = "none"
  skip_resize_disk     = true
  output_directory     = ${JSON.stringify(words.output ?? 'out')}
  vm_name              = "guest.qcow2"
  accelerator          = "tcg"
  headless             = true
  memory               = 768
  ssh_username         = "root"
  ssh_private_key_file = "key"
  ssh_timeout          = "5m"
  shutdown_command     = "systemctl poweroff"
}
build {
  sources = ["qemu.guest"]
  provisioner "shell" {
    inline = ["echo ${words.first} > /etc/first", "nohup sleep 100000 > /dev/null 2>&1 &"]
  }
  provisioner "file" {
    content     = "the second step"
    destination = "/etc/second"
  }
  provisioner "shell" {
    inline = [
      "echo ${words.last} > /etc/last",
      "echo sleeping: $(pgrep -c -f 'sleep 100000')",
      "echo clock: $(date +%s)",
      "echo random: $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' ')",
    ]
  }
}
`;

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.make();
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(place.folder, 'key')]);
  const key = (await readFile(join(place.folder, 'key.pub'), 'utf8')).trim();
  await place.write('base.pkr.hcl', base(key));
  const made = await place.imgpack(['build', '-color=false', 'base.pkr.hcl'], { env: proxies() });
  expect(made.exitCode, made.stdout).toBe(0);
});
afterAll(() => place.remove());

const proxies = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name))) as Record<string, string>;

async function build(words: Parameters<typeof guest>[0], flags: readonly string[] = [], env = {}) {
  await place.write('t.pkr.hcl', guest(words));
  const outcome = await place.imgpack(['build', '-color=false', ...flags, 't.pkr.hcl'], { env });
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  const said = (what: string) => new RegExp(`==> qemu.guest: ${what}: (.*)`).exec(outcome.stdout)?.[1] ?? '';
  return { stdout: outcome.stdout, said };
}
const RESTORED = /back where it was after `([^`]*)`/;

/** What is in an image, without what differs from boot to boot: logs, identities, times, seeds. */
function treeOf(image: string): Record<string, string> {
  const raw = join(place.folder, 'tree.raw');
  const root = join(place.folder, 'tree');
  execFileSync('qemu-img', ['convert', '-O', 'raw', join(place.folder, image), raw]);
  const { partitiontable } = JSON.parse(execFileSync('/usr/sbin/sfdisk', ['-J', raw], { encoding: 'utf8' })) as {
    partitiontable: { partitions: { start: number; size: number }[] };
  };
  const largest = partitiontable.partitions.reduce((a, b) => (a.size > b.size ? a : b));
  mkdirSync(root, { recursive: true });
  execFileSync('mount', ['-o', `ro,loop,noload,offset=${largest.start * 512}`, raw, root]);
  try {
    const tree: Record<string, string> = {};
    const visit = (path: string): void => {
      for (const name of readdirSync(join(root, path))) {
        const inner = `${path}/${name}`;
        if (DIFFERS.test(inner)) continue;
        const stats = lstatSync(join(root, inner));
        const facts = `${stats.mode.toString(8)} ${stats.uid}:${stats.gid}`;
        if (stats.isDirectory()) {
          tree[inner] = facts;
          visit(inner);
        } else if (stats.isSymbolicLink()) tree[inner] = `${facts} -> ${readlinkSync(join(root, inner))}`;
        else if (stats.isFile()) {
          const digest = createHash('sha256')
            .update(readFileSync(join(root, inner)))
            .digest('hex');
          tree[inner] = `${facts} ${digest}`;
        } else tree[inner] = facts;
      }
    };
    visit('');
    return tree;
  } finally {
    execFileSync('umount', [root]);
  }
}
const DIFFERS =
  /^\/(var\/log|var\/tmp|tmp|run|var\/lib\/systemd|var\/cache|lost\+found|etc\/machine-id|etc\/ssh\/ssh_host|var\/lib\/dbus|root\/\.)/;

describe('a machine that was saved', () => {
  it('is built once from nothing, and is there at once when nothing changed', async () => {
    const cold = await build({ first: 'one', last: 'one' });
    expect(cold.stdout).not.toMatch(RESTORED);
    expect(cold.said('sleeping')).toBe('1');
    const again = await build({ first: 'one', last: 'one' });
    expect(again.stdout).toMatch(/nothing changed since .*: files of the machine in out\n/);
  });

  it('goes on with its memory and the right time, and with random numbers of its own', async () => {
    const second = await build({ first: 'one', last: 'two' });
    const third = await build({ first: 'one', last: 'three' });
    for (const { stdout, said } of [second, third]) {
      expect(RESTORED.exec(stdout)?.[1]).toBe('provisioner 2: file');
      expect(said('sleeping')).toBe('1');
      // It had stood still for longer.
      expect(Math.abs(Number(said('clock')) - Date.now() / 1000)).toBeLessThan(60);
    }
    expect(second.said('random')).not.toBe(third.said('random'));
    const first = await build({ first: 'two', last: 'three' });
    expect(RESTORED.exec(first.stdout)?.[1]).toBe('launch');
  });

  it.skipIf(!mayMountSmallDisk())('becomes the same image as one that was made from nothing', async () => {
    await build({ first: 'two', last: 'four' });
    const restored = treeOf('out/guest.qcow2');
    const cold = await build({ first: 'two', last: 'four' }, ['-no-cache', '-force']);
    expect(cold.stdout).not.toMatch(RESTORED);
    expect(treeOf('out/guest.qcow2')).toEqual(restored);
    expect(Object.keys(restored).length).toBeGreaterThan(5000);
    const info = execFileSync('qemu-img', ['info', '--output=json', join(place.folder, 'out/guest.qcow2')]);
    expect(JSON.parse(info.toString())).not.toHaveProperty('backing-filename');
    expect(JSON.parse(info.toString())).not.toHaveProperty('snapshots');
  });

  it('is not harmed by kills at any moment, and the next build is right', async () => {
    const kills = Number(process.env['IMGPACK_TEST_KILLS'] ?? 5);
    let seed = Number(process.env['IMGPACK_TEST_SEED'] ?? 7);
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let i = 0; i < kills; i++) {
      await place.write('t.pkr.hcl', guest({ first: 'two', last: `killed ${i}` }));
      const args = [imgpack, 'build', '-color=false', '-force', 't.pkr.hcl'];
      const child = spawn(process.execPath, args, { cwd: place.folder, env: place.environment(), stdio: 'ignore' });
      const timer = setTimeout(() => child.kill('SIGKILL'), 500 + random() * 12_000);
      await once(child, 'close');
      clearTimeout(timer);
      const cleaned = await place.imgpack(['cleanup']);
      expect(cleaned.exitCode, cleaned.stdout).toBe(0);
      expect(await processesWithEnvironment('TMPDIR', place.temporary)).toEqual([]);
    }
    const { stdout } = await build({ first: 'two', last: 'after the kills' }, ['-force']);
    expect(RESTORED.exec(stdout)?.[1]).toBe('provisioner 2: file');
    execFileSync('qemu-img', ['check', '-q', join(place.folder, 'out/guest.qcow2')]);
  });

  it('is shared by two builds at once', async () => {
    await place.write('a/t.pkr.hcl', guest({ first: 'two', last: 'left', output: 'left' }));
    await place.write('b/t.pkr.hcl', guest({ first: 'two', last: 'right', output: 'right' }));
    const outcomes = await Promise.all(['a', 'b'].map((folder) => place.imgpack(['build', '-color=false', folder])));
    for (const { exitCode, stdout } of outcomes) {
      expect(exitCode, stdout).toBe(0);
      expect(RESTORED.exec(stdout)?.[1], stdout).toBe('provisioner 2: file');
    }
    for (const name of ['left', 'right']) {
      execFileSync('qemu-img', ['check', '-q', join(place.folder, name, 'guest.qcow2')]);
    }
  });

  it.skipIf(!mayMountSmallDisk())('is done without where the disk is full, and the build says so', async () => {
    const full = join(place.folder, 'full');
    mkdirSync(full);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=700', 'tmpfs', full]);
    try {
      await rm(join(place.folder, 'out'), { recursive: true, force: true });
      const { stdout } = await build({ first: 'two', last: 'full' }, [], { IMGPACK_CACHE_DIR: full });
      expect(stdout).toMatch(/the build goes on without saving the machine: less than 2 GiB is free in /);
      expect(existsSync(join(place.folder, 'out/guest.qcow2'))).toBe(true);
    } finally {
      execFileSync('umount', [full]);
    }
  });
});
