import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/contract/json.js';
import type { ArtifactValues } from '../../src/plan/late-values.js';
import { loadAndPlan, type Planned, type TemplateCase } from '../support/load-and-plan.js';

async function plan(text: string, more: Partial<TemplateCase> = {}): Promise<Planned> {
  return await loadAndPlan({ files: { 't.pkr.hcl': text }, path: 't.pkr.hcl', ...more });
}

const source = (name: string, content: string): string =>
  `source "file" "${name}" {\n  target  = "${name}.txt"\n  content = ${content}\n}\n`;
const build = (...names: string[]): string =>
  `build {\n  sources = [${names.map((name) => `"file.${name}"`).join(', ')}]\n}\n`;

const order = ({ plan: { builds } }: Planned): unknown[] =>
  builds.map(({ id, dependsOn, neededBy }) => [id, dependsOn, ...(neededBy ? [neededBy] : [])]);
const faults = ({ diagnostics }: Planned): string[] =>
  diagnostics.map(
    ({ severity, code, summary, suggestion, subject }) =>
      `${subject?.start.line} ${severity} ${code}: ${summary} (${suggestion})`,
  );
const made = (path: string): ArtifactValues => ({
  id: 'File',
  builderType: 'file',
  files: [path, `${path}.sum`],
  path,
});

describe('a reference to the artifact of another build', () => {
  test('makes the build wait for the other, wherever it stands', async () => {
    const planned =
      await plan(`${source('low', '"x"')}${source('other', '"y"')}${source('top', 'artifact.file.low.path')}
build {
  sources = ["file.top", "file.low"]
}
build {
  name = "late"
  source "file.other" {
    name = "one"
  }
  provisioner "shell-local" {
    inline = ["cat \${artifact.file.top.files[1]}"]
  }
  provisioner "shell-local" {
    only   = ["file.two"]
    inline = ["\${artifact.nosuch.path}"]
  }
  post-processor "shell-local" {
    inline = ["echo \${artifact["file"].low.id}"]
  }
}
`);
    expect(faults(planned)).toEqual([]);
    expect(order(planned)).toEqual([
      ['file.top', ['file.low']],
      ['file.low', []],
      ['late.file.one', ['file.top', 'file.low']],
    ]);
  });

  test('is unknown in the plan, and real when the component is configured', async () => {
    const text =
      source('low', '"x"') +
      source('top', '"${artifact.file.low.builder_type} ${artifact.file.low.path} ${length(artifact.file.low.files)}"');
    const { plan: planned } = await plan(text + build('low', 'top'));
    const builder = planned.builds[1]?.builder;
    expect(builder?.options).toEqual({ target: 'top.txt', content: '<unknown>' });
    const artifacts = new Map([['file.low', made('/w/low.txt')]]);
    expect((await builder?.configure({ artifacts }))?.config).toMatchObject({ content: 'file /w/low.txt 2' });
    expect((await builder?.configure())?.config).toMatchObject({ content: '<unknown>' });
  });

  test('does not fail checks that need its value', async () => {
    const planned = await plan(`${source('low', '"x"')}source "null" "a" {
  communicator = "none"
}
build {
  sources = ["file.low"]
}
build {
  sources = ["null.a"]
  provisioner "shell" {
    script = artifact.file.low.path
  }
  provisioner "file" {
    sources     = artifact.file.low.files
    destination = "/tmp/"
  }
}
`);
    expect(faults(planned)).toEqual([]);
    const [script] = planned.plan.builds[1]?.provisioners ?? [];
    const artifacts = new Map([['file.low', made('/nowhere/low.sh')]]);
    await expect(script?.configure({ artifacts })).rejects.toMatchObject({ place: { start: { line: 14 } } });
  });

  test('to the path of an artifact without files is a coded error at the reference', async () => {
    const { plan: planned } = await plan(`source "null" "n" {
  communicator = "none"
}
${source('top', 'artifact.null.n.path')}build {
  sources = ["null.n", "file.top"]
}
`);
    const artifacts = new Map([['null.n', { id: 'Null', builderType: 'null', files: [] }]]);
    await expect(planned.builds[1]?.builder.configure({ artifacts })).rejects.toMatchObject({
      code: 'plan/artifact-without-files',
      message: 'the artifact of `null.n` has no file',
      place: { start: { line: 6 } },
    });
  });

  test('may name an instance by its key, fixed or not', async () => {
    const planned = await plan(`source "file" "base" {
  for_each = ["de", "v1.2"]
  target   = "base-\${each.key}.txt"
  content  = each.key
}
source "file" "top" {
  for_each = ["de", "v1.2"]
  target   = "top-\${each.key}.txt"
  content  = artifact.file.base[each.key].path
}
source "file" "one" {
  target  = "one.txt"
  content = artifact.file.base["v1.2"].path
}
${build('base', 'top', 'one')}`);
    expect(faults(planned)).toEqual([]);
    const both = ['file.base.de', 'file.base.v1.2'];
    expect(order(planned).slice(2)).toEqual([
      ['file.top.de', both],
      ['file.top.v1.2', both],
      ['file.one', ['file.base.v1.2']],
    ]);
    const artifacts = new Map(both.map((id) => [id, made(`/w/${id}`)]));
    const contents = [];
    for (const { builder } of planned.plan.builds.slice(2))
      contents.push(((await builder.configure({ artifacts })).config as JsonObject)['content']);
    expect(contents).toEqual(['/w/file.base.de', '/w/file.base.v1.2', '/w/file.base.v1.2']);
  });

  test('is hidden by a loop variable and by an iterator of that name', async () => {
    const planned = await plan(`source "qemu" "a" {
  iso_url      = "x.iso"
  iso_checksum = "none"
  ssh_username = "u"
  boot_command = []
  dynamic "qemu_img_args" {
    for_each = ["a"]
    iterator = artifact
    content {
      create = [for artifact in ["b"] : artifact]
      resize = [artifact.value]
    }
  }
}
build {
  sources = ["qemu.a"]
}
`);
    expect(planned.failed).toBe(false);
    expect(planned.plan.builds[0]).toMatchObject({
      dependsOn: [],
      builder: { options: { qemu_img_args: { create: ['b'], resize: ['a'] } } },
    });
  });
});

describe('a wrong reference', () => {
  test('is a coded error at its place, which says what was probably meant', async () => {
    const text = [
      source('low', '"x"'),
      source('a', 'artifact.file.lo.path'),
      source('b', 'artifact.file.low.paht'),
      source('c', 'artifact.file.b'),
      source('d', 'artifact'),
      'build {\n  name    = "base"\n  sources = ["file.low"]\n}\n',
      build('a', 'b', 'c', 'd'),
    ];
    const planned = await plan(text.join(''));
    expect(faults(planned)).toEqual([
      '7 error plan/artifact-unknown: no build is named `file.lo.path`, or like a part of it (did you mean `artifact.file.a`?)',
      '11 error plan/artifact-unknown: no build is named `file.low.paht`, or like a part of it (did you mean `artifact.base.file.low`?)',
      '15 error template/option-type: the value of `content` does not fit: a string is required, this is an object of 4 attributes (undefined)',
      '19 error plan/artifact-unknown: `artifact` alone names no build (write `artifact.BUILD.path`; builds are `base.file.low`, `file.a`, `file.b`, `file.c`, `file.d`)',
    ]);
    expect(order(planned)).toEqual([['base.file.low', []]]);
  });

  test('to an attribute that artifacts do not have is a fault', async () => {
    const planned = await plan(source('low', '"x"') + source('top', 'artifact.file.low.paht') + build('low', 'top'));
    expect(planned.diagnostics.map(({ code, subject }) => `${code} ${subject?.start.line}`)).toEqual([
      'hcl/unsupported-attribute 7',
    ]);
  });

  test('to the build itself is refused', async () => {
    const planned = await plan(source('a', 'artifact.file.a.path') + build('a'));
    expect(faults(planned)).toEqual([
      '3 error plan/artifact-of-itself: the build `file.a` reads its own artifact, which is not there before it is done ' +
        '(post-processors get it as their input; within the machine, `build` tells about it)',
    ]);
  });

  test('to a name that several builds have is refused', async () => {
    const planned = await plan(source('a', '"x"') + source('b', 'artifact.file.a.path') + build('a', 'a', 'b'));
    expect(faults(planned)).toEqual([
      '7 error plan/artifact-ambiguous: several builds are named `file.a` (give their build blocks a `name` each)',
    ]);
  });

  test('that closes a circle is told with the places of all, and what is outside stays', async () => {
    const text = [
      source('a', 'artifact.file.b.path'),
      source('b', 'artifact.file.c.path'),
      source('c', 'artifact.file.a.path'),
      source('d', 'artifact.file.a.path'),
      source('e', '"x"'),
    ];
    const planned = await plan(text.join('') + build('a', 'b', 'c', 'd', 'e'));
    expect(faults(planned)).toEqual([
      '3 error plan/artifact-cycle: builds wait for each other: `file.a` reads `file.b` reads `file.c` reads `file.a` ' +
        '(take one of the references away; the others are at t.pkr.hcl:7, t.pkr.hcl:11)',
    ]);
    expect(order(planned)).toEqual([['file.e', []]]);
  });

  test('outside the options of builds is an unknown name, as in Packer', async () => {
    const planned = await plan(`locals {\n  x = artifact.file.a.path\n}\n${source('a', '"x"')}${build('a')}`);
    expect(planned.diagnostics.map(({ code, subject }) => `${code} ${subject?.start.line}`)).toEqual([
      'hcl/unknown-variable 2',
    ]);
  });
});

describe('the selection', () => {
  const text =
    source('low', '"x"') +
    source('mid', 'artifact.file.low.path') +
    source('top', 'artifact.file.mid.path') +
    source('other', '"y"') +
    build('low', 'mid', 'top', 'other');

  test('takes along what a selected build reads, and says for whom', async () => {
    const planned = await plan(text, { only: ['file.top'] });
    expect(order(planned)).toEqual([
      ['file.low', [], ['file.mid']],
      ['file.mid', ['file.low'], ['file.top']],
      ['file.top', ['file.mid']],
    ]);
    expect(order(await plan(text, { except: ['file.low', 'file.other'] }))).toEqual([
      ['file.low', [], ['file.mid']],
      ['file.mid', ['file.low']],
      ['file.top', ['file.mid']],
    ]);
  });

  test('leaves out what nobody reads', async () => {
    expect(order(await plan(text, { only: ['file.low'] }))).toEqual([['file.low', []]]);
  });

  test('takes nothing along for a post-processor that it cuts off', async () => {
    const cut = `${source('low', '"x"')}${source('top', '"y"')}build {
  sources = ["file.low"]
}
build {
  name    = "late"
  sources = ["file.top"]
  post-processor "shell-local" {
    name   = "last"
    inline = [artifact.file.low.path]
  }
}
`;
    expect(order(await plan(cut, { only: ['late.*'] }))).toHaveLength(2);
    expect(order(await plan(cut, { except: ['last', 'file.low'] }))).toEqual([['late.file.top', []]]);
  });
});
