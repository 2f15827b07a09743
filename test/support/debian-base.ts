import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workplace } from './command.js';

/** A small Debian that boots to SSH, and the key that opens it. */
export interface DebianBase {
  readonly image: string;
  readonly key: string;
}

/** Kept between test files of one run, and between runs: making it takes minutes. */
const folder = join(tmpdir(), 'imgpack-test-base');

/** Bootstraps the Debian that the tests of machines start from, with imgpack's own builder; made once. */
export async function debianBase(): Promise<DebianBase> {
  const base = { image: join(folder, 'debian.qcow2'), key: join(folder, 'key') };
  if (existsSync(base.image)) return base;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(base.key)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', base.key]);
  const place = await Workplace.make({
    'base.pkr.hcl': `
source "debootstrap" "base" {
  suite         = "bookworm"
  format        = "qcow2"
  output        = "debian.qcow2"
  disk_size     = "3G"
  hostname      = "base"
  cloud_init    = false
  packages      = ["openssh-server", "tar"]
  root_ssh_keys = [${JSON.stringify(readFileSync(`${base.key}.pub`, 'utf8').trim())}]
}

build {
  sources = ["source.debootstrap.base"]
}
`,
  });
  try {
    const outcome = await place.imgpack(['build', 'base.pkr.hcl'], { env: { ...proxies() } });
    if (outcome.exitCode !== 0) throw new Error(`the base image was not made:\n${outcome.stdout}\n${outcome.stderr}`);
    renameSync(join(place.folder, 'debian.qcow2'), base.image);
    return base;
  } finally {
    await place.remove();
  }
}

function proxies(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name))) as Record<
    string,
    string
  >;
}
