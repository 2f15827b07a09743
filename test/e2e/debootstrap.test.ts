import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

const TEMPLATE = (key: string) => `
source "debootstrap" "disk" {
  suite         = "bookworm"
  format        = "raw"
  output        = "disk.raw"
  disk_size     = "2G"
  hostname      = "made-here"
  cloud_init    = true
  root_ssh_keys = [${JSON.stringify(key)}]
  packages      = ["less"]
  files         = { "/etc/motd" = "it's \${upper("here")}\\n" }
  customize     = ["dpkg-query -W less > /etc/less-version"]
}

source "debootstrap" "files" {
  suite    = "bookworm"
  format   = "tar"
  output   = "out/root.tar.gz"
  hostname = "made-here"
}

build {
  sources = ["source.debootstrap.disk", "source.debootstrap.files"]
}
`;

let place: Workplace;
let keys: string;
let running: ChildProcess | undefined;

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'imgpack-keys-'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'key')]);
  const key = (await readFile(join(keys, 'key.pub'), 'utf8')).trim();
  place = await Workplace.make({ 't.pkr.hcl': TEMPLATE(key) });
  const outcome = await place.imgpack(['build', '-color=false', 't.pkr.hcl'], { env: proxies() });
  expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
});
afterAll(async () => {
  running?.kill('SIGKILL');
  await place.remove();
  await rm(keys, { recursive: true, force: true });
});

const proxies = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name))) as Record<string, string>;
const tool = (program: string, args: readonly string[]) =>
  execFileSync(program, args, {
    cwd: place.folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 26,
  });

/** Boots the disk, writing to an overlay, and runs a command in it as root; the guest is ended afterwards. */
async function inGuest(command: string, machine: readonly string[] = []): Promise<string> {
  tool('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', 'disk.raw', 'overlay.qcow2']);
  const port = await freePort();
  const guest = spawn(
    'qemu-system-x86_64',
    [
      ...['-machine', 'pc,accel=tcg', '-m', '512', '-smp', '2', '-display', 'none', '-serial', 'file:serial.log'],
      ...['-drive', 'file=overlay.qcow2,if=virtio', '-nic', `user,model=virtio,hostfwd=tcp:127.0.0.1:${port}-:22`],
      ...machine,
    ],
    { cwd: place.folder, stdio: 'inherit' },
  );
  running = guest;
  const ended = new Promise<void>((resolve) => guest.once('exit', () => resolve()));
  try {
    for (;;) {
      const found = await ssh(port, command);
      if (found !== undefined) return found;
      if (guest.exitCode !== null)
        throw new Error(`the guest ended: ${await readFile(join(place.folder, 'serial.log'), 'utf8')}`);
    }
  } finally {
    guest.kill('SIGKILL');
    await ended;
    await rm(join(place.folder, 'overlay.qcow2'));
  }
}

/** What a command prints in the guest; undefined where the guest cannot be reached yet. */
function ssh(port: number, command: string): Promise<string | undefined> {
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=5'];
  const args = [
    ...options.flatMap((option) => ['-o', option]),
    ...['-i', join(keys, 'key'), '-p', String(port), 'root@127.0.0.1', command],
  ];
  return new Promise((resolve) => {
    const child = spawn('ssh', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    // 255 is ssh's own: there was no session.
    child.on('close', (code) => resolve(code === 255 ? undefined : text));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

describe('Debian from packages', () => {
  it('is a disk whose table and file systems have no fault', () => {
    expect(tool('sfdisk', ['--verify', 'disk.raw'])).toContain('No errors detected');
    expect(tool('e2fsck', ['-f', '-n', `${join(place.folder, 'disk.raw')}?offset=${32 * 2 ** 20}`])).toMatch(
      /^root: \d+\/\d+ files/m,
    );
  });

  it('takes only the room that is used', async () => {
    const { size, blocks } = await stat(join(place.folder, 'disk.raw'));
    expect(size).toBe(2 * 2 ** 30);
    expect(blocks * 512).toBeLessThan(2 ** 30);
  });

  it('boots from a BIOS into the system that was described, and nothing in it has failed', async () => {
    const report = await inGuest(
      'systemctl is-system-running --wait; hostname; cat /etc/motd /etc/less-version; systemctl --failed --no-legend; ' +
        'ls /etc/ssh/ssh_host_*_key | wc -l; wc -c < /etc/machine-id; ls /etc/apt/apt.conf.d; readlink /etc/resolv.conf; dpkg --audit; ' +
        // The system writes the menu of later kernels by its own tools.
        'update-grub 2> /dev/null && grep -q "ro *console=tty0 console=ttyS0,115200" /boot/grub/grub.cfg && echo menu',
    );
    expect(report.replace(/^less\t\S+$/m, 'less VERSION')).toBe(`running
made-here
it's HERE
less VERSION
3
33
01autoremove
70debconf
../run/systemd/resolve/stub-resolv.conf
menu
`);
  });

  it('boots from UEFI, too', async () => {
    tool('cp', ['/usr/share/OVMF/OVMF_VARS_4M.fd', 'vars.fd']);
    const flash = (rest: string) => ['-drive', `if=pflash,format=raw,${rest}`];
    const machine = [...flash('readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd'), ...flash('file=vars.fd')];
    expect(await inGuest('test -d /sys/firmware/efi && hostname', machine)).toBe('made-here\n');
  });

  it('is an archive of files with owners, modes and devices', () => {
    const listing = tool('tar', ['--list', '--verbose', '--numeric-owner', '--file', 'out/root.tar.gz']);
    expect(listing).toMatch(/^-rwsr-xr-x 0\/0 .* \.\/usr\/bin\/su$/m);
    expect(listing).toMatch(/^-rw-r----- 0\/42 .* \.\/etc\/shadow$/m);
    expect(listing).not.toMatch(/vmlinuz|resolv\.conf$|apt\.conf\.d\/00imgpack/m);
    expect(tool('tar', ['--extract', '--to-stdout', '--file', 'out/root.tar.gz', './etc/hostname'])).toBe(
      'made-here\n',
    );
  });

  it('comes from the cache the second time, the same byte for byte', async () => {
    const digest = () => tool('sha256sum', ['disk.raw', 'out/root.tar.gz']);
    const before = digest();
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', '-force', 't.pkr.hcl']);
    expect(exitCode).toBe(0);
    expect(stdout.match(/taking it from the cache/g)).toHaveLength(2);
    expect(digest()).toBe(before);
  });

  it('leaves nothing behind', async () => {
    expect(await readdir(place.temporary)).toEqual([]);
    expect(tool('sh', ['-c', 'grep -c imgpack-debootstrap /proc/mounts || true'])).toBe('0\n');
  });
});
