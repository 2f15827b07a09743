import { execFileSync } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateKeyPair } from '../../src/contract/helpers/key-pair.js';
import { Workplace, type Outcome } from '../support/command.js';
import { mayMountSmallDisk } from '../support/small-disk.js';
import { Sshd } from '../support/sshd.js';

interface Case {
  readonly claim: string;
  readonly files: Record<string, string>;
  readonly args: readonly string[];
  readonly code: string;
  /** Line and column of the place, where a template is at fault. */
  readonly at?: string;
  /** What the carets underline. */
  readonly under?: string;
  readonly hint: RegExp;
  /** Files that must be there afterwards with this content. */
  readonly kept?: Record<string, string>;
}

const buildOf = (source: string, steps = '') =>
  `${source}\nbuild {\n  sources = ["${/"(\w[\w-]*)" "(\w+)"/.exec(source)?.slice(1).join('.')}"]\n${steps}}\n`;
const nullSource = 'source "null" "a" {\n  communicator = "none"\n}';

const cases: Case[] = [
  {
    claim: 'broken HCL',
    files: { 't.pkr.hcl': 'locals {\n  a = [1, 2\n}\n' },
    args: ['build', 't.pkr.hcl'],
    code: 'hcl/',
    at: 'line 3, column 1',
    under: '}',
    hint: /./,
  },
  {
    claim: 'an unknown builder',
    files: { 't.pkr.hcl': buildOf('source "qemv" "a" {\n}') },
    args: ['build', 't.pkr.hcl'],
    code: 'template/',
    at: 'line 4, column 14',
    under: '"qemv.a"',
    hint: /did you mean `qemu`\?/,
  },
  {
    claim: 'an option that does not exist',
    files: { 't.pkr.hcl': buildOf(nullSource, '  provisioner "shell-local" {\n    inlin = ["true"]\n  }\n') },
    args: ['validate', 't.pkr.hcl'],
    code: 'template/',
    at: 'line 7, column 5',
    under: 'inlin',
    hint: /did you mean `inline`\?/,
  },
  {
    claim: 'a value of the wrong type',
    files: { 't.pkr.hcl': buildOf(nullSource, '  provisioner "shell-local" {\n    inline = "true"\n  }\n') },
    args: ['validate', 't.pkr.hcl'],
    code: 'template/',
    at: 'line 7, column 14',
    under: '"true"',
    hint: /list|\[/,
  },
  {
    claim: 'a variable that is not declared',
    files: {
      't.pkr.hcl': 'variable "region" {\n  default = "x"\n}\nlocals {\n  a = var.regoin\n}\n' + buildOf(nullSource),
    },
    args: ['validate', 't.pkr.hcl'],
    code: 'hcl/',
    at: 'line 5, column',
    under: 'regoin',
    hint: /did you mean `region`\?/,
  },
  {
    claim: 'a script that is missing',
    files: { 't.pkr.hcl': buildOf(nullSource, '  provisioner "shell-local" {\n    script = "nosuch.sh"\n  }\n') },
    args: ['build', 't.pkr.hcl'],
    code: '/',
    at: 'line 7, column 14',
    under: '"nosuch.sh"',
    hint: /./,
  },
  {
    claim: 'a template that is missing',
    files: {},
    args: ['build', 'nosuch.pkr.hcl'],
    code: 'template/',
    hint: /./,
  },
  {
    claim: 'a flag that does not exist',
    files: {},
    args: ['build', '-forse', '.'],
    code: 'command/unknown-flag',
    hint: /did you mean `force`\?/,
  },
  {
    claim: 'an output directory that exists',
    files: {
      't.pkr.hcl': buildOf(
        'source "qemu" "a" {\n  disk_image = true\n  iso_url = "base.img"\n  iso_checksum = "md5:9dd4e461268c8034f5c8564e155c67a6"\n  communicator = "none"\n  output_directory = "out"\n}',
      ),
      'base.img': 'x',
      'out/precious': 'kept',
    },
    args: ['build', 't.pkr.hcl'],
    code: 'qemu/',
    at: 'line 6, column',
    under: '"out"',
    hint: /-force/,
    kept: { 'out/precious': 'kept' },
  },
  {
    claim: 'a checksum that differs',
    files: {
      't.pkr.hcl': buildOf(
        `source "qemu" "a" {\n  disk_image = true\n  iso_url = "base.img"\n  iso_checksum = "sha256:${'0'.repeat(64)}"\n  communicator = "none"\n  output_directory = "out"\n}`,
      ),
      'base.img': 'x',
    },
    args: ['build', 't.pkr.hcl'],
    code: 'download/checksum-differs',
    hint: /publisher/,
    kept: { 'base.img': 'x' },
  },
];

function faultsOf(outcome: Outcome): string[] {
  return `${outcome.stdout}\n${outcome.stderr}`.split('\n').filter((line) => line.startsWith('Error: '));
}

describe('bad input is told once, with its place and what to do next', () => {
  it.each(cases.map((fault) => [fault.claim, fault] as const))('%s', async (_claim, fault) => {
    const place = await Workplace.make(fault.files);
    try {
      const before = await place.files();
      const outcome = await place.imgpack(fault.args, { env: { NO_COLOR: '1' } });
      const text = `${outcome.stdout}\n${outcome.stderr}`;
      expect(outcome.exitCode, text).toBe(1);
      expect(text).toContain(fault.code);
      expect(text).not.toMatch(/^ {4}at /m);
      expect(text.toLowerCase()).not.toContain('undefined');
      expect(text).toMatch(fault.hint);
      if (fault.at) {
        expect(faultsOf(outcome), text).toHaveLength(1);
        expect(text).toContain(`on t.pkr.hcl ${fault.at}`);
      }
      if (fault.under) expect(underlined(text), text).toBe(fault.under);
      const after = await place.files();
      for (const [name, content] of Object.entries(before))
        expect(after[name]?.toString(), name).toBe(content.toString());
      expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    } finally {
      await place.remove();
    }
  });

  it('a port where nobody listens says so with what it tried', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    const source = `source "null" "a" {\n  ssh_host = "127.0.0.1"\n  ssh_port = ${port}\n  ssh_username = "u"\n  ssh_password = "hunter2"\n  ssh_timeout = "2s"\n}`;
    const place = await Workplace.make({ 't.pkr.hcl': buildOf(source) });
    try {
      const outcome = await place.imgpack(['build', '-color=false', 't.pkr.hcl']);
      expect(outcome.exitCode).toBe(1);
      expect(outcome.stdout).toMatch(/refused/);
      expect(outcome.stdout).toContain(String(port));
      expect(outcome.stdout).toMatch(/Build 'null.a' errored after /);
    } finally {
      await place.remove();
    }
  });
});

describe('a machine that does not let imgpack in', () => {
  it('is told of with the ways that were tried, and the key stays unsaid', async () => {
    const sshd = await Sshd.start();
    const stranger = await generateKeyPair('ed25519');
    const source = `source "null" "a" {\n  ssh_host = "127.0.0.1"\n  ssh_port = ${sshd.port}\n  ssh_username = "${userInfo().username}"\n  ssh_private_key_file = "key"\n  ssh_handshake_attempts = 2\n  ssh_timeout = "20s"\n}`;
    const place = await Workplace.make({ 't.pkr.hcl': buildOf(source), key: stranger.privateKey });
    try {
      const { exitCode, stdout } = await place.imgpack(['build', '-color=false', 't.pkr.hcl']);
      expect(exitCode, stdout).toBe(1);
      expect(stdout).toMatch(/Build 'null\.a' errored after .*: .*127\.0\.0\.1.*\[ssh\//);
      expect(stdout).toMatch(/publickey|authenti/i);
      expect(stdout).not.toContain('PRIVATE KEY');
      expect(stdout).not.toMatch(/^ {4}at /m);
    } finally {
      await sshd.stop();
      await place.remove();
    }
  });
});

describe.skipIf(!mayMountSmallDisk())('a full disk (only root can mount a small one)', () => {
  let place: Workplace;
  let disk: string;
  beforeEach(async () => {
    place = await Workplace.make({ 'big.img': 'x'.repeat(3 << 20) });
    disk = join(place.folder, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  });
  afterEach(async () => {
    execFileSync('umount', [disk]);
    await place.remove();
  });

  it('ends a build with one coded error, and the half that was written is gone', async () => {
    await place.write('t.pkr.hcl', buildOf('source "file" "a" {\n  source = "big.img"\n  target = "disk/out.img"\n}'));
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', 't.pkr.hcl']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/Build 'file\.a' errored after [^\n]*ENOSPC[^\n]*\[engine\/disk-full\]\n[^\n]*make room/);
    expect(stdout).not.toMatch(/^ {4}at /m);
    expect(await readdir(disk)).toEqual([]);
  });

  it('in a post-processor leaves the image that was made', async () => {
    const steps = '  post-processor "compress" {\n    output = "disk/out.tar"\n  }\n';
    const source = 'source "file" "a" {\n  source = "big.img"\n  target = "out.img"\n}';
    await place.write('t.pkr.hcl', buildOf(source, steps));
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', 't.pkr.hcl']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/post-processor `compress` failed/);
    expect(stdout).toContain('kept: ');
    expect(await readdir(disk)).toEqual([]);
    expect((await stat(join(place.folder, 'out.img'))).size).toBe(3 << 20);
  });
});

/** The part of the source line that stands above the carets. */
function underlined(text: string): string | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /^[\s|]*\^+\s*$/.test(line));
  if (at < 1) return undefined;
  const carets = lines[at] as string;
  return lines[at - 1]?.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1);
}
