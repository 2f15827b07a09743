import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from './lib.mjs';
import { imgpack } from './peers.mjs';

/** Makes a Debian disk without cloud-init in a folder, `base.qcow2`, that lets `key` in as root. */
export async function makeBase({ folder, env }) {
  const options = { cwd: folder, env: { ...process.env, ...env } };
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  const key = readFileSync(join(folder, 'key.pub'), 'utf8').trim();
  const template = `source "debootstrap" "base" {
  suite         = "bookworm"
  format        = "qcow2"
  output        = "base.qcow2"
  disk_size     = "3G"
  cloud_init    = false
  packages      = ["openssh-server"]
  root_ssh_keys = ["${key}"]
}

build {
  sources = ["debootstrap.base"]
}
`;
  writeFileSync(join(folder, 'base.pkr.hcl'), template);
  const made = await once(process.execPath, [imgpack, 'build', '-color=false', 'base.pkr.hcl'], options);
  if (made.code !== 0) throw new Error(made.output);
  return options;
}

/** A template that boots that disk and runs these provisioners on it. */
export const guestTemplate = (provisioners) => `source "qemu" "guest" {
  disk_image           = true
  iso_url              = "base.qcow2"
  iso_checksum         = "none"
  disk_size            = "4G"
  output_directory     = "out"
  accelerator          = "tcg"
  headless             = true
  cpus                 = 2
  memory               = 1024
  ssh_username         = "root"
  ssh_private_key_file = "key"
  shutdown_command     = "systemctl poweroff"
}

build {
  sources = ["qemu.guest"]
${provisioners}}
`;
