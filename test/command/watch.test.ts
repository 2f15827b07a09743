import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imgpack, Workplace } from '../support/command.js';

const template = (word: string) => `
source "file" "f" {
  target  = "out.txt"
  content = "${word}"
}
build {
  sources = ["file.f"]
  provisioner "shell-local" {
    script = "script.sh"
  }
}
`;

it('`watch` provisions again for each change that counts, makes the image when asked, and ends by Ctrl-C', async () => {
  const place = await Workplace.make({ 't.pkr.hcl': template('one'), 'script.sh': '#!/bin/sh\necho first run\n' });
  await chmod(join(place.folder, 'script.sh'), 0o755);
  const child = spawn(process.execPath, [imgpack, 'watch', '-color=false', 't.pkr.hcl'], {
    cwd: place.folder,
    env: place.environment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  let heard: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      heard();
    });
  }
  /** Resolves when `text` was said after the last time. */
  let from = 0;
  const hears = async (text: string): Promise<void> => {
    while (!said.includes(text, from)) await new Promise<void>((resolve) => (heard = resolve));
    from = said.indexOf(text, from) + text.length;
  };
  const closed = once(child, 'close') as Promise<[number | null]>;
  try {
    await hears('file.f: first run');
    await hears('file.f: ready;');
    await place.write('script.sh', '#!/bin/sh\necho second run\n');
    await hears('file.f: second run');
    await hears('file.f: ready;');
    await place.write('notes.txt', 'this counts for nothing');
    await place.write('t.pkr.hcl', template('two'));
    await hears('file.f: second run');
    await hears('file.f: ready;');
    child.stdin.write('b\n');
    await hears('--> file.f: Stored file: out.txt');
    expect(await readFile(join(place.folder, 'out.txt'), 'utf8')).toBe('two');
    await place.write('t.pkr.hcl', 'source "file" "f" {');
    await hears('Error: ');
    await place.write('t.pkr.hcl', template('three'));
    await hears('file.f: ready;');
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
    expect(existsSync(join(place.state, 'journal'))).toBe(true);
    expect(said.split('second run')).toHaveLength(4);
  } finally {
    child.kill('SIGKILL');
    await closed;
    await place.remove();
  }
});
