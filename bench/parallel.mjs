import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, once } from './lib.mjs';
import { imgpack, packer, workplace } from './peers.mjs';

const COUNT = 200;

/** 200 builds at once, each of them a one-second command on this machine: what the tool itself costs. */
export async function run() {
  const place = workplace();
  try {
    const names = Array.from({ length: COUNT }, (_, i) => `n${i}`);
    const sources = names.map((name) => `source "null" "${name}" {\n  communicator = "none"\n}\n`).join('\n');
    const build = `build {\n  sources = [${names.map((name) => `"null.${name}"`).join(', ')}]\n\n  provisioner "shell-local" {\n    inline = ["sleep 1"]\n  }\n}\n`;
    writeFileSync(join(place.folder, 't.pkr.hcl'), `${sources}\n${build}`);
    const options = { cwd: place.folder, env: place.env, memory: true };
    await compare(
      `${COUNT} parallel null builds of one second`,
      {
        imgpack: () => once(process.execPath, [imgpack, 'build', '-color=false', 't.pkr.hcl'], options),
        packer: () => once(packer, ['build', '-color=false', 't.pkr.hcl'], options),
      },
      { runs: 3, warmup: 0, memory: true },
    );
  } finally {
    place.remove();
  }
}
