import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { consoleTail, plainLines } from '../../../builders/qemu/console.js';

it('shows a console as a person saw it', () => {
  const text =
    '\x1b[2J\x1b[01;01H\x1b[=3hSeaBIOS (version 1.16)\r\n\r\n[\x1b[0;32m  OK  \x1b[0m] Started \x1b[0;1;39mssh\x1b[0m.\r\r\nloading 10%\rloading 100%\r\nguest login: ';
  expect(plainLines(text)).toEqual(['SeaBIOS (version 1.16)', '[  OK  ] Started ssh.', 'loading 100%', 'guest login:']);
});

it('reads the end of a long log, and nothing where there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imgpack-console-'));
  try {
    const path = join(folder, 'serial.log');
    await writeFile(path, Array.from({ length: 20_000 }, (_, i) => `line ${i}\r\n`).join(''));
    expect(await consoleTail(path, 2)).toEqual(['line 19998', 'line 19999']);
    expect(await consoleTail(join(folder, 'none'), 2)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
