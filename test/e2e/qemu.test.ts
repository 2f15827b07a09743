import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imgpack, Workplace } from '../support/command.js';
import { processesWithEnvironment } from '../../src/contract/helpers/process-identity.js';
import { TINY_GUEST_SAYS, tinyGuest } from '../support/tiny-guest.js';

const template = (options: string) => `
source "qemu" "tiny" {
  iso_url          = "disk.img"
  iso_checksum     = "none"
  disk_image       = true
  disk_size        = "10M"
  accelerator      = "tcg"
  headless         = true
  output_directory = "out"
  ${options}
}
build {
  sources = ["source.qemu.tiny"]
}
`;
const NO_LOGIN = 'communicator = "none"';
const LOGIN = `ssh_username = "root"
  ssh_timeout = "3s"`;

let place: Workplace;
beforeEach(async () => {
  place = await Workplace.make();
});
afterEach(() => place.remove());

const prepare = async (then: 'power off' | 'wait', options: string) => {
  await place.write('t.pkr.hcl', template(options));
  await writeFile(join(place.folder, 'disk.img'), tinyGuest(then));
};
const build = () => place.imgpack(['build', '-color=false', 't.pkr.hcl']);
const infoOf = (path: string) =>
  JSON.parse(execFileSync('qemu-img', ['info', '--output=json', path], { cwd: place.folder, encoding: 'utf8' })) as {
    format: string;
    'virtual-size': number;
    'full-backing-filename'?: string;
  };

/** What a build must not leave behind: processes, temporary files, an unfinished output directory. */
const leftovers = async () => ({
  processes: await processesWithEnvironment('TMPDIR', place.temporary),
  temporary: await readdir(place.temporary),
  output: existsSync(join(place.folder, 'out')),
});
const NOTHING = { processes: [], temporary: [], output: false };

describe('a machine that powers itself off', () => {
  it('becomes an image, and nothing else is left', async () => {
    await prepare('power off', NO_LOGIN);
    const { exitCode, stdout } = await build();
    expect(stdout).toContain('waiting for the machine to power itself off');
    expect(exitCode).toBe(0);
    expect(await readdir(join(place.folder, 'out'))).toEqual(['packer-tiny']);
    expect(infoOf('out/packer-tiny')).toMatchObject({ format: 'qcow2', 'virtual-size': 10 << 20 });
    expect(await leftovers()).toEqual({ ...NOTHING, output: true });
  });

  it.each([
    ['raw', 'format = "raw"', 'raw', undefined],
    ['compressed', 'disk_compression = true', 'qcow2', undefined],
    ['over its image', 'use_backing_file = true', 'qcow2', 'disk.img'],
    ['as it was copied', 'skip_compaction = true', 'qcow2', undefined],
  ])('is kept %s', async (_how, option, format, backing) => {
    await prepare('power off', `${NO_LOGIN}\n  ${option}`);
    expect((await build()).exitCode).toBe(0);
    const info = infoOf('out/packer-tiny');
    expect([info.format, info['virtual-size'], info['full-backing-filename']]).toEqual([
      format,
      10 << 20,
      backing && join(place.folder, backing),
    ]);
    // The boot sector came along.
    execFileSync('qemu-img', ['convert', '-O', 'raw', 'out/packer-tiny', 'back.img'], { cwd: place.folder });
    expect(readFileSync(join(place.folder, 'back.img')).subarray(0, 512)).toEqual(
      tinyGuest('power off').subarray(0, 512),
    );
  });

  it('may have further disks, discs, a web server and a password on its screen', async () => {
    await prepare(
      'power off',
      `${NO_LOGIN}
  disk_interface       = "ide"
  cdrom_interface      = "virtio-scsi"
  disk_additional_size = ["1M", "2M"]
  cd_content           = { "meta-data" = "x" }
  floppy_content       = { "a.txt" = "y" }
  http_content         = { "/a" = "b" }
  vnc_use_password     = true
  qemuargs             = [["-boot", "c"], ["-name", "{{ .Name }}"]]`,
    );
    expect((await build()).exitCode).toBe(0);
    expect((await readdir(join(place.folder, 'out'))).sort()).toEqual([
      'packer-tiny',
      'packer-tiny-1',
      'packer-tiny-2',
    ]);
    expect(await leftovers()).toEqual({ ...NOTHING, output: true });
  });

  it('cannot be logged in to, which is told at once', async () => {
    await prepare('power off', LOGIN.replace('3s', '1h'));
    const { exitCode, stdout, stderr } = await build();
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain('the machine powered itself off');
    expect(await leftovers()).toEqual(NOTHING);
  });
});

describe('a machine that does not answer', () => {
  it('shows the end of its console and leaves a picture of its screen', async () => {
    await prepare('wait', LOGIN);
    const { exitCode, stdout, stderr } = await build();
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain(TINY_GUEST_SAYS);
    const picture = /\S+\.png/.exec(stdout + stderr)?.[0] as string;
    expect((await readFile(picture)).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(await leftovers()).toEqual(NOTHING);
  });

  const start = async () => {
    await prepare('wait', LOGIN.replace('3s', '1h'));
    const child = spawn(process.execPath, [imgpack, 'build', '-color=false', 't.pkr.hcl'], {
      cwd: place.folder,
      env: place.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('Waiting for SSH')) break;
    }
    child.stdout.resume();
    expect((await leftovers()).processes).toHaveLength(2);
    return { child, exited };
  };

  it('is gone after Ctrl-C', async () => {
    const { child, exited } = await start();
    child.kill('SIGINT');
    await exited;
    expect(await leftovers()).toEqual(NOTHING);
  });

  it('is gone after a kill and a cleanup, and the next build works', async () => {
    const { child, exited } = await start();
    child.kill('SIGKILL');
    await exited;
    expect((await leftovers()).processes).toHaveLength(1);
    expect((await place.imgpack(['cleanup'])).exitCode).toBe(0);
    expect(await leftovers()).toEqual(NOTHING);
    await prepare('power off', NO_LOGIN);
    expect((await build()).exitCode).toBe(0);
  });
});

describe('bad input', () => {
  it.each([
    ['a checksum that differs', NO_LOGIN, `"none"`, `"${'0'.repeat(64)}"`, 'download/checksum-differs'],
    ['an image that is missing', NO_LOGIN, '"disk.img"', '"nowhere.img"', 'download/file-missing'],
    ['a disk that is too small', NO_LOGIN, '"10M"', '"1b"', 'qemu/shrink-refused'],
    ['an argument that QEMU does not know', NO_LOGIN, '"tcg"', '"tcg"\n  cpu_model = "abacus"', 'qemu/qemu-ended'],
    [
      'a QEMU that is not there',
      NO_LOGIN,
      '"tcg"',
      '"tcg"\n  qemu_binary = "qemu-system-none"',
      'qemu/program-missing',
    ],
  ])('%s is one coded error, and nothing is left', async (_what, options, search, replacement, code) => {
    await prepare('power off', options);
    await place.write('t.pkr.hcl', template(options).replace(search, replacement));
    const { exitCode, stdout, stderr } = await build();
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain(code);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
    expect(await leftovers()).toEqual(NOTHING);
  });

  it('an output directory that exists is left as it is', async () => {
    await prepare('power off', NO_LOGIN);
    await place.write('out/mine', 'x');
    const { exitCode, stdout, stderr } = await build();
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain('qemu/output-directory-exists');
    expect(await readdir(join(place.folder, 'out'))).toEqual(['mine']);
  });
});
