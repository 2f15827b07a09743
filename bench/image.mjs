import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, once } from './lib.mjs';
import { imgpack, packer, workplace } from './peers.mjs';

/** A Debian guest from a disk image: boot, two provisioners, shut down, compact. */
export async function run() {
  const place = workplace();
  const options = { cwd: place.folder, env: { ...process.env, ...place.env } };
  try {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(place.folder, 'key')]);
    const key = readFileSync(join(place.folder, 'key.pub'), 'utf8').trim();
    const base = `source "debootstrap" "base" {
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
    writeFileSync(join(place.folder, 'base.pkr.hcl'), base);
    const made = await once(process.execPath, [imgpack, 'build', '-color=false', 'base.pkr.hcl'], options);
    if (made.code !== 0) throw new Error(made.output);
    const template = `source "qemu" "guest" {
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

  provisioner "shell" {
    inline = ["echo provisioned > /etc/provisioned"]
  }

  provisioner "shell" {
    inline = ["sync"]
  }
}
`;
    writeFileSync(join(place.folder, 't.pkr.hcl'), template);
    await compare(
      'a Debian image, cold',
      {
        imgpack: () => once(process.execPath, [imgpack, 'build', '-color=false', 't.pkr.hcl'], options),
        packer: () => once(packer, ['build', '-color=false', 't.pkr.hcl'], options),
      },
      { runs: 3, warmup: 0, before: async () => rmSync(join(place.folder, 'out'), { recursive: true, force: true }) },
    );
  } finally {
    place.remove();
  }
}
