import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

let place: Workplace;
beforeEach(async () => (place = await Workplace.make()));
afterEach(() => place.remove());

describe('explain', () => {
  it('tells the sentences and hints of a code', async () => {
    expect(await place.imgpack(['explain', 'template/missing-plugin'])).toMatchObject({
      exitCode: 0,
      stdout: `template/missing-plugin

  the plugin \`‹name›\` (‹source›) is not part of imgpack

  help: remove the requirement where nothing uses it, or check the rest with \`--ignore-missing-plugins\`
`,
      stderr: '',
    });
  });

  it('takes the code with its brackets, and suggests one that is near', async () => {
    expect((await place.imgpack(['explain', '[hcl/unclosed-string]'])).exitCode).toBe(0);
    expect(await place.imgpack(['explain', 'template/missing-plugn'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr:
        'Error: no message has the code `template/missing-plugn` [command/unknown-code]\n\nhelp: did you mean `template/missing-plugin`?\n\n',
    });
  });

  it('lists every code that the pages of docs/errors have', async () => {
    const folder = join(import.meta.dirname, '../../docs/errors');
    const pages = (await readdir(folder)).filter((name) => name !== 'README.md');
    const texts = await Promise.all(pages.map((name) => readFile(join(folder, name), 'utf8')));
    const documented = texts.flatMap((text) => [...text.matchAll(/^## (.*)$/gm)].map(([, code]) => code));
    const { stdout } = await place.imgpack(['explain', '-json']);
    const listed = (JSON.parse(stdout) as { code: string }[]).map(({ code }) => code);
    expect(listed.sort()).toEqual(documented.sort());
    expect(listed.length).toBeGreaterThan(300);
  });

  it('knows every code that a broken template meets', async () => {
    const broken = {
      'a.pkr.hcl': 'locals {\n  a = "${\n}\n',
      'b.pkr.hcl':
        'source "null" "a" {\n}\nbuild {\n  sources = ["nul.a"]\n  provisioner "shel" {}\n}\nvariable "1" {}\n',
    };
    for (const [name, text] of Object.entries(broken)) {
      await place.write(name, text);
      const { diagnostics } = JSON.parse((await place.imgpack(['validate', '-json', name])).stdout) as {
        diagnostics: { code: string }[];
      };
      expect(diagnostics.length, name).toBeGreaterThan(0);
      for (const { code } of diagnostics) expect((await place.imgpack(['explain', code])).exitCode, code).toBe(0);
    }
  });
});
