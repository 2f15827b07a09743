import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

let place: Workplace;
beforeEach(async () => (place = await Workplace.make()));
afterEach(() => place.remove());

const TOP = `source "file" "top" {
  target  = "out/top.txt"
  content = "on \${artifact.base.file.low.id} \${artifact.base.file.low.builder_type}"
}
source "null" "show" {
  communicator = "none"
}
build {
  sources = ["file.top"]
}
build {
  sources = ["null.show"]
  provisioner "shell-local" {
    inline = ["cat \${artifact.base.file.low.path} \${artifact.file.top.files[0]}"]
  }
}
`;
const base = (inline: string): string => `source "file" "low" {
  target  = "out/low.txt"
  content = "low\\n"
}
build {
  name    = "base"
  sources = ["file.low"]
  provisioner "shell-local" {
    inline = ["${inline}"]
  }
}
`;
const layers = (inline = 'true') =>
  Promise.all([place.write('a.pkr.hcl', TOP), place.write('b.pkr.hcl', base(inline))]);
const finished = (stdout: string): string[] =>
  [...stdout.matchAll(/^Build '(.*)' finished/gm)].map(([, name]) => name as string);

describe('builds that read the artifacts of others', () => {
  it('are made after them, with their paths, whatever the order in the template', async () => {
    await layers();
    expect(await place.imgpack(['validate', '.'])).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', '.']);
    expect([exitCode, finished(stdout)]).toEqual([0, ['base.file.low', 'file.top', 'null.show']]);
    expect(stdout).toContain('==> null.show: low\n==> null.show: on File file\n');
  });

  it('wait although only one build may run at a time', async () => {
    await layers();
    const { stdout } = await place.imgpack(['build', '-color=false', '-parallel-builds=1', '.']);
    expect(finished(stdout)).toEqual(['base.file.low', 'file.top', 'null.show']);
  });

  it('bring along what they read when they are selected, and say so', async () => {
    await layers();
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', '-only=file.top', '.']);
    expect([exitCode, finished(stdout)]).toEqual([0, ['base.file.low', 'file.top']]);
    expect(stdout).toContain('==> base.file.low: not selected, but read by `file.top`\n');
    const plan = await place.imgpack(['plan', '-only=null.*', '.']);
    expect(plan.stdout).toContain(
      '==> file.top: starts from nothing\n    after       base.file.low\n    not selected, but read by null.show\n',
    );
    const { builds } = JSON.parse((await place.imgpack(['plan', '-json', '-only=file.top', '.'])).stdout);
    expect(builds).toMatchObject([
      { id: 'file.top', dependsOn: ['base.file.low'] },
      { id: 'base.file.low', dependsOn: [], neededBy: ['file.top'] },
    ]);
  });

  it('are not made when one of these fails, and the fault names it', async () => {
    await layers('exit 3');
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', '.']);
    expect(exitCode).toBe(1);
    const said = [...stdout.matchAll(/^Build '(.*)' errored after [^:]*: (.*)$/gm)].map(([, ...parts]) => parts);
    expect(said.slice(1)).toEqual([
      [
        'file.top',
        expect.stringContaining('not built, because it needs the artifact of `base.file.low`, which failed'),
      ],
      [
        'null.show',
        expect.stringContaining('not built, because it needs the artifact of `base.file.low`, which failed'),
      ],
    ]);
    expect(Object.keys(await place.files())).not.toContain('out/top.txt');
  });

  it('are refused with both places where they wait for each other', async () => {
    await place.write(
      't.pkr.hcl',
      `source "file" "a" {
  target  = "a"
  content = artifact.file.b.path
}
source "file" "b" {
  target  = "b"
  content = artifact.file.a.path
}
build {
  sources = ["file.a", "file.b"]
}
`,
    );
    const { exitCode, stdout } = await place.imgpack(['validate', 't.pkr.hcl']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('builds wait for each other: `file.a` reads `file.b` reads `file.a`');
    expect(stdout).toContain('on t.pkr.hcl line 3, column 13');
    expect(stdout).toContain('the other is at t.pkr.hcl:7');
  });

  it('are drawn with a bold line from what they read', async () => {
    await layers();
    const { stdout } = await place.imgpack(['graph', '-only=file.top', '.']);
    expect(stdout).toContain('  b1_2 -> b0_0 [style=bold];\n');
  });
});

describe('the guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/beyond-packer.md'), 'utf8');
  const section = guide.slice(guide.indexOf('## Builds that feed builds'));
  const block = (kind: string): string => new RegExp(`\`\`\`${kind}\\n(.*?)\`\`\``, 's').exec(section)?.[1] as string;

  it('builds its example as it says', async () => {
    await place.write('layers.pkr.hcl', block('hcl'));
    const { exitCode, stdout } = await place.imgpack(['build', '-color=false', '-only=file.page', 'layers.pkr.hcl']);
    expect(exitCode, stdout).toBe(0);
    const said = stdout
      .split('\n')
      .filter((line) => (line.startsWith('==> ') && line.includes('.file.')) || line.startsWith('==> file.'));
    expect(`$ imgpack build -only=file.page layers.pkr.hcl\n${said.join('\n')}\n`).toBe(
      block('console').replaceAll(/\/work\//g, `${place.folder}/`),
    );
    expect((await place.files())['output/page.html']?.toString()).toBe(
      `<h1>Hello</h1>\n<p>made from ${join(place.folder, 'output/words.txt')}</p>\n`,
    );
  });
});
