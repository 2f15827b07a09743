import { execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

const template = join(import.meta.dirname, '../../templates/debian-cloud');

let place: Workplace;
beforeAll(async () => (place = await Workplace.make()));
afterAll(() => place.remove());

const proxies = Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name)));
async function build(name: string): Promise<string> {
  const { exitCode, stdout, stderr } = await place.imgpack(['build', '-color=false', join(template, name)], {
    env: proxies as Record<string, string>,
  });
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

describe('the template `debian-cloud`', () => {
  it('makes a base from packages, provisions it in a machine, and the result boots with what was put there', async () => {
    await build('base.pkr.hcl');
    await build('cloud.pkr.hcl');
    const said = await build('check.pkr.hcl');
    const found = said.match(/(?<=^==> check\.qemu\.check: )(system|package|service|page): .*$/gm);
    expect(found?.map((line) => line.replace(/(nginx-light)\s.*/, '$1'))).toEqual([
      'system:  Debian GNU/Linux 12 (bookworm)',
      'package: nginx-light',
      'service: nginx is active',
      'page:    <h1>Hello</h1><p>This page was put here by imgpack.</p>',
    ]);
  });

  it('gives a packed qcow2 without a backing file, and a manifest that names it', async () => {
    const image = join(place.folder, 'output-cloud/debian-12-web.qcow2');
    const info = JSON.parse(execFileSync('qemu-img', ['info', '--output=json', image], { encoding: 'utf8' }));
    expect(info).toMatchObject({ format: 'qcow2', 'virtual-size': 4 * 2 ** 30 });
    expect(info).not.toHaveProperty('backing-filename');
    const manifest = JSON.parse(await readFile(join(place.folder, 'output-cloud/manifest.json'), 'utf8'));
    expect(manifest.builds).toMatchObject([
      {
        name: 'cloud',
        builder_type: 'qemu',
        files: [{ name: 'output-cloud/debian-12-web.qcow2', size: (await stat(image)).size }],
      },
    ]);
  });
});
