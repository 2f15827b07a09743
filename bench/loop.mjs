import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guestTemplate, makeBase } from './debian.mjs';
import { once } from './lib.mjs';
import { imgpack, packer, workplace } from './peers.mjs';

/** What a person waits for who edits a template and builds again: imgpack beside Packer, which starts from nothing. */
export async function run() {
  const place = workplace();
  try {
    const options = await makeBase(place);
    const write = (first, second, third) => {
      const steps = [
        `"apt-get -q update", "apt-get -q -y install --no-install-recommends nginx-light", "echo ${first} > /etc/first"`,
        `"echo ${second} > /etc/second", "systemctl enable nginx"`,
        third,
      ];
      const provisioners = steps.map((inline) => `\n  provisioner "shell" {\n    inline = [${inline}]\n  }\n`).join('');
      writeFileSync(join(place.folder, 't.pkr.hcl'), guestTemplate(provisioners));
    };
    const timed = async (command, words, wanted) => {
      const result = await once(command, [...words, 'build', '-color=false', 't.pkr.hcl'], options);
      if (result.code !== wanted)
        throw new Error(`${command} ended with ${result.code}\n${result.output.slice(-3000)}`);
      return result.seconds;
    };
    const imgpackBuild = (wanted = 0) => timed(process.execPath, [imgpack], wanted);

    write('one', 'one', '"echo one > /etc/third"');
    const packerSeconds = await timed(packer, [], 0);
    rmSync(join(place.folder, 'out'), { recursive: true });
    console.log('\nedit and build again (Debian, three provisioners)');
    console.log(`  packer, each time        ${packerSeconds.toFixed(2)} s`);
    const tell = (what, seconds) =>
      console.log(
        `  imgpack, ${what.padEnd(24)} ${seconds.toFixed(2)} s  ${(seconds / packerSeconds).toFixed(2)} of Packer's time`,
      );
    tell('cold', await imgpackBuild());
    tell('nothing changed', await imgpackBuild());
    write('one', 'one', '"echo two > /etc/third"');
    tell('last provisioner edited', await imgpackBuild());
    write('two', 'one', '"echo two > /etc/third"');
    tell('first provisioner edited', await imgpackBuild());
    write('two', 'one', '"echo three > /etc/third", "false"');
    await imgpackBuild(1);
    write('two', 'one', '"echo three > /etc/third", "true"');
    tell('failed step mended', await imgpackBuild());
  } finally {
    place.remove();
  }
}
