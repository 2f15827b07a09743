import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { compare, once } from './lib.mjs';
import { imgpack, packer, workplace } from './peers.mjs';
import { startSshd } from './sshd.mjs';

const COMMANDS = 100;
const FILES = 5000;
const MEBIBYTES = 1024;

const source = (sshd) => `source "null" "host" {
  ssh_host             = "127.0.0.1"
  ssh_port             = ${sshd.port}
  ssh_username         = "${sshd.user}"
  ssh_private_key_file = "${sshd.key}"
}
`;
const build = (steps) => `build {\n  sources = ["null.host"]\n${steps}}\n`;
const upload = (from, to) => `  provisioner "file" {\n    source      = "${from}"\n    destination = "${to}"\n  }\n`;

/** Provisioning over SSH on loopback: many small commands, a tree of files, one large file; beside Packer and `tar | ssh`. */
export async function run() {
  const place = workplace();
  const sshd = await startSshd(place.folder);
  const target = join(place.folder, 'target');
  const clear = async () => {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
  };
  const options = { cwd: place.folder, env: place.env };
  const sides = (template) => ({
    imgpack: () => once(process.execPath, [imgpack, 'build', '-color=false', template], options),
    packer: () => once(packer, ['build', '-color=false', template], options),
  });
  const shell = (line) => once('bash', ['-o', 'pipefail', '-c', line], options);
  const ssh = `ssh ${sshd.client.map((word) => `'${word}'`).join(' ')}`;
  try {
    const small = '  provisioner "shell" {\n    inline = ["true"]\n  }\n'.repeat(COMMANDS);
    writeFileSync(join(place.folder, 'commands.pkr.hcl'), source(sshd) + build(small));
    await compare(`${COMMANDS} small shell provisioners`, sides('commands.pkr.hcl'), { runs: 3, warmup: 0 });

    const tree = join(place.folder, 'tree');
    for (let i = 0; i < FILES; i++) {
      const folder = join(tree, `d${i % 50}`);
      if (i < 50) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `f${i}`), `${i}\n`.repeat(i % 200));
    }
    writeFileSync(join(place.folder, 'tree.pkr.hcl'), source(sshd) + build(upload(`${tree}/`, `${target}/`)));
    await compare(
      `upload of ${FILES} files`,
      { ...sides('tree.pkr.hcl'), 'tar | ssh': () => shell(`tar -C ${tree} -cf - . | ${ssh} tar -C ${target} -xf -`) },
      { runs: 3, warmup: 0, before: clear },
    );
    const counted = spawnSync('sh', ['-c', `find ${target} -type f | wc -l`])
      .stdout.toString()
      .trim();
    if (counted !== String(FILES)) throw new Error(`${counted} files arrived`);

    const large = join(place.folder, 'large');
    const file = openSync(large, 'w');
    const block = randomBytes(1 << 20);
    for (let i = 0; i < MEBIBYTES; i++) writeSync(file, block);
    closeSync(file);
    writeFileSync(join(place.folder, 'large.pkr.hcl'), source(sshd) + build(upload(large, join(target, 'large'))));
    await compare(
      `upload of one file of ${MEBIBYTES} MiB`,
      {
        ...sides('large.pkr.hcl'),
        'tar | ssh': () => shell(`tar -C ${place.folder} -cf - large | ${ssh} tar -C ${target} -xf -`),
      },
      { runs: 3, warmup: 0, before: clear },
    );
  } finally {
    sshd.stop();
    place.remove();
  }
}
