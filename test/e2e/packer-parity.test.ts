import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace, type Outcome } from '../support/command.js';
import { debianBase, type DebianBase } from '../support/debian-base.js';

const template = (base: DebianBase) => `
source "qemu" "guest" {
  disk_image           = true
  iso_url              = "${base.image}"
  iso_checksum         = "none"
  iso_target_extension = "qcow2"
  disk_size            = "4G"
  format               = "qcow2"
  output_directory     = "out"
  vm_name              = "guest.qcow2"
  accelerator          = "tcg"
  headless             = true
  cpus                 = 2
  memory               = 1024
  ssh_username         = "root"
  ssh_private_key_file = "${base.key}"
  ssh_timeout          = "5m"
  shutdown_command     = "systemctl poweroff"
}

build {
  sources = ["source.qemu.guest"]

  provisioner "shell" {
    inline           = ["mkdir -p /srv/app", "printf '%s' \\"$GREETING\\" > /srv/app/greeting", "id -un > /srv/app/user"]
    environment_vars = ["GREETING=it's \\"here\\""]
  }

  provisioner "file" {
    source      = "tree"
    destination = "/srv/app"
  }

  provisioner "shell" {
    script = "list.sh"
  }

  provisioner "file" {
    direction   = "download"
    source      = "/tmp/listing"
    destination = "listing"
  }

  post-processor "manifest" {
    output = "manifest.json"
  }
}
`;

const files = {
  'tree/one.txt': 'one\n',
  'tree/deep/er/two.sh': '#!/bin/sh\necho two\n',
  'tree/name with spaces': 'x',
  'list.sh':
    '#!/bin/sh -e\ncd /srv/app\nfind . -type f | sort | while read -r file; do echo "$(stat -c %a "$file") $(sha256sum "$file")"; done > /tmp/listing\n',
};

interface Manifest {
  readonly builds: readonly Record<string, unknown>[];
}

describe('a qemu template through imgpack and through Packer', () => {
  const sides = new Map<string, { place: Workplace; outcome: Outcome }>();

  beforeAll(async () => {
    const base = await debianBase();
    for (const side of ['imgpack', 'packer']) {
      const place = await Workplace.make({ ...files, 't.pkr.hcl': template(base) });
      const outcome =
        side === 'imgpack'
          ? await place.imgpack(['build', '-color=false', 't.pkr.hcl'])
          : await place.command('packer', ['build', '-color=false', 't.pkr.hcl'], { env: { CHECKPOINT_DISABLE: '1' } });
      sides.set(side, { place, outcome });
    }
  });
  afterAll(async () => {
    for (const { place } of sides.values()) await place.remove();
  });
  const side = (name: string) => sides.get(name) as { place: Workplace; outcome: Outcome };
  const read = (name: string, file: string) => readFile(join(side(name).place.folder, file), 'utf8');

  it('succeeds on both sides', () => {
    for (const [name, { outcome }] of sides)
      expect(outcome.exitCode, `${name}\n${outcome.stdout}\n${outcome.stderr}`).toBe(0);
  });

  it('puts the same files with the same modes into the guest', async () => {
    expect(await read('imgpack', 'listing')).toBe(await read('packer', 'listing'));
    expect((await read('imgpack', 'listing')).trim().split('\n')).toHaveLength(5);
  });

  it('writes a manifest with the same fields', async () => {
    const [ours, theirs] = await Promise.all(
      ['imgpack', 'packer'].map(async (name) => JSON.parse(await read(name, 'manifest.json')) as Manifest),
    );
    const stable = (manifest: Manifest | undefined) =>
      manifest?.builds.map((build) => ({
        keys: Object.keys(build),
        name: build['name'],
        builder_type: build['builder_type'],
        artifact_id: build['artifact_id'],
        custom_data: build['custom_data'],
        files: (build['files'] as { name: string }[]).map(({ name }) => name),
      }));
    expect(stable(ours)).toEqual(stable(theirs));
  });

  it('leaves the same files in the output directory', async () => {
    const outputs = await Promise.all(
      ['imgpack', 'packer'].map(async (name) =>
        Object.keys(await side(name).place.files()).filter((file) => file.startsWith('out/')),
      ),
    );
    expect(outputs[0]).toEqual(outputs[1]);
  });
});
