import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadAndPlan, type Planned, type TemplateCase } from '../support/load-and-plan.js';

const names = ({ plan: { builds } }: Planned): string[] => builds.map(({ identity }) => identity.name);
const faults = ({ diagnostics }: Planned): string[] =>
  diagnostics.map(({ code, subject }) => `${code} ${subject?.file}:${subject?.start.line}:${subject?.start.column}`);

const inner = `variable "text" {
  type = string
}
variable "size" {
  default = 1
}
locals {
  whole = "\${var.text} of \${var.size}"
}
source "file" "f" {
  content = local.whole
  target  = "\${path.root}/out"
}
build {
  sources = ["file.f"]
}
output "whole" {
  value = local.whole
}
`;
const plan = (root: string, files: Record<string, string> = {}, more: Partial<TemplateCase> = {}): Promise<Planned> =>
  loadAndPlan({ files: { 't.pkr.hcl': root, 'm/m.pkr.hcl': inner, ...files }, path: '.', ...more });
const use = (argument = 'text = "a"', name = 'base'): string =>
  `module "${name}" {\n  source = "./m"\n  ${argument}\n}\n`;
const nullBuild = (description: string): string =>
  `source "null" "n" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.n"]\n  description = ${description}\n}\n`;

describe('a module', () => {
  test('gives its builds to the template, named by the module, with its variables, locals and its own folder', async () => {
    const planned = await plan(use('text = upper("a")\n  size = 2'));
    expect(
      planned.plan.builds.map(({ identity, builder: { options } }) => [identity.name, identity.blockName, options]),
    ).toEqual([['base.file.f', 'base', expect.objectContaining({ content: 'A of 2', target: 'm/out' })]]);
    expect(faults(planned)).toEqual([]);
  });

  test('gives its outputs to locals, builds and other modules, whatever the order written', async () => {
    const text = `locals {\n  l = module.second.whole\n}\n${use('text = module.first.whole', 'second')}${use('text = local.word', 'first')}
locals {\n  word = "w"\n}\n${nullBuild('local.l')}`;
    const planned = await plan(text);
    expect(faults(planned)).toEqual([]);
    expect(planned.template?.builds[0]?.description).toBe('w of 1 of 1');
    expect(names(planned)).toEqual(['null.n', 'second.file.f', 'first.file.f']);
  });

  test('is made for each element, with names and files of its own', async () => {
    const text = `${use('for_each = { x = "X", y = "Y" }\n  text = each.value')}${nullBuild('module.base["y"].whole')}`;
    const planned = await plan(text);
    expect(faults(planned)).toEqual([]);
    expect(names(planned)).toEqual(['null.n', 'base.x.file.f', 'base.y.file.f']);
    expect(planned.plan.builds.map(({ identity }) => identity.sourceLabel)).toEqual(['n', 'f.base.x', 'f.base.y']);
    expect(planned.template?.builds[0]?.description).toBe('Y of 1');
    expect(names(await plan(text, {}, { only: ['base.file.f'] }))).toEqual(['base.x.file.f', 'base.y.file.f']);
    expect(names(await plan(text, {}, { only: ['base.y.*'] }))).toEqual(['base.y.file.f']);
  });

  test('is made several times by `count`, and not at all by `enabled`', async () => {
    const counted = await plan(`${use('count = 2\n  text = count.index')}${nullBuild('module.base[1].whole')}`);
    expect([names(counted), counted.template?.builds[0]?.description]).toEqual([
      ['null.n', 'base.0.file.f', 'base.1.file.f'],
      '1 of 1',
    ]);
    const off = await plan(`${use('enabled = false\n  text = ""')}${nullBuild('"d"')}`);
    expect([names(off), off.plan.leftOut?.map(({ kind, name }) => `${kind} ${name}`)]).toEqual([
      ['null.n'],
      ['module base'],
    ]);
  });

  test('lends its sources to builds of the template', async () => {
    const planned = await plan(`${use()}build {\n  name = "mine"\n  sources = ["module.base.file.f"]\n}\n`);
    expect(faults(planned)).toEqual([]);
    expect(names(planned)).toEqual(['mine.file.f', 'base.file.f']);
    expect(planned.plan.builds[0]?.builder.options['content']).toBe('a of 1');
  });

  test('may hold modules, whose folders count from its own', async () => {
    const outer = 'module "deep" {\n  source = "../m"\n  text = "d"\n}\noutput "o" {\n  value = module.deep.whole\n}\n';
    const planned = await plan(`module "outer" {\n  source = "./o"\n}\n${nullBuild('module.outer.o')}`, {
      'o/o.pkr.hcl': outer,
    });
    expect(faults(planned)).toEqual([]);
    expect(names(planned)).toEqual(['null.n', 'outer.deep.file.f']);
    expect(planned.template?.builds[0]?.description).toBe('d of 1');
  });

  test('refers to artifacts of its own builds by their names in the module', async () => {
    const chain = `source "file" "page" {\n  content = artifact.file.f.path\n  target = "page"\n}\nbuild {\n  sources = ["file.page"]\n}\n`;
    const planned = await plan(use(), { 'm/page.pkr.hcl': chain });
    expect(faults(planned)).toEqual([]);
    expect(planned.plan.builds.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['base.file.f', []],
      ['base.file.page', ['base.file.f']],
    ]);
  });

  test('may be written in JSON', async () => {
    const planned = await loadAndPlan({
      files: {
        't.pkr.json': JSON.stringify({
          module: { base: { source: './m', text: '${upper("j")}' } },
          locals: { l: '${module.base.whole}' },
        }),
        'm/m.pkr.hcl': inner,
      },
      path: '.',
    });
    expect(faults(planned)).toEqual([]);
    expect(planned.plan.builds[0]?.builder.options['content']).toBe('J of 1');
  });

  test('keeps secrets secret on their way in and out', async () => {
    const secretive = `${inner}output "token" {\n  value = "t-\${var.text}"\n  sensitive = true\n}\n`;
    const planned = await plan(
      `variable "p" {\n  default = "hunter22"\n  sensitive = true\n}\n${use('text = var.p')}${nullBuild('"d"')}`,
      { 'm/m.pkr.hcl': secretive },
    );
    expect(planned.secrets).toEqual(expect.arrayContaining(['hunter22', 't-hunter22']));
  });

  test('reads no variables from the environment and no variable files', async () => {
    const planned = await plan(use(), { 'm/a.auto.pkrvars.hcl': 'size = 9\n' }, { env: { PKR_VAR_size: '8' } });
    expect(planned.plan.builds[0]?.builder.options['content']).toBe('a of 1');
  });
});

describe('faults of modules have a code and a place', () => {
  test.each<[string, string, Record<string, string>, string[]]>([
    ['a source that is missing', 'module "a" {\n}\n', {}, ['module/without-source t.pkr.hcl:1:1']],
    ['a folder that is missing', use().replace('./m', './none'), {}, ['template/template-not-found t.pkr.hcl:2:12']],
    ['a source that is no folder', use().replace('./m', 'm'), {}, ['module/source t.pkr.hcl:2:12']],
    ['a variable that is not there', use('text = "a"\n  sise = 1'), {}, ['module/unknown-argument t.pkr.hcl:4:3']],
    ['a variable that is not given', use(''), {}, ['module/missing-argument t.pkr.hcl:1:1']],
    ['a value that does not fit', use('text = {}'), {}, ['module/argument t.pkr.hcl:3:10']],
    ['a module twice', use() + use(), {}, ['module/duplicate t.pkr.hcl:5:1']],
    [
      'a reference to no module',
      `${use()}locals {\n  l = module.bas.whole\n}\n`,
      {},
      ['module/undeclared t.pkr.hcl:6:7'],
    ],
    [
      'a circle of references',
      `${use('text = local.l')}locals {\n  l = module.base.whole\n}\n`,
      {},
      ['template/dependency-cycle t.pkr.hcl:6:3'],
    ],
    [
      'a module within itself',
      use(),
      { 'm/again.pkr.hcl': 'module "again" {\n  source = "."\n}\n' },
      ['module/within-itself m/again.pkr.hcl:2:12'],
    ],
    [
      'a condition of the module',
      use(),
      {
        'm/m.pkr.hcl': inner.replace(
          'type = string',
          'type = string\n  validation {\n    condition = var.text != "a"\n    error_message = "Not a."\n  }',
        ),
      },
      ['template/validation-failed t.pkr.hcl:3:10'],
    ],
    ['broken syntax in the module', use(), { 'm/b.pkr.hcl': 'locals {' }, ['hcl/unclosed-block m/b.pkr.hcl:1:1']],
  ])('%s', async (_what, text, files, expected) => {
    expect(faults(await plan(text + nullBuild('"d"'), files))).toEqual(expected);
  });
});

test('without modules `module` is no name, as in Packer', async () => {
  const planned = await plan(nullBuild('try(module.base.whole, "otherwise")'));
  expect([faults(planned), planned.template?.builds[0]?.description]).toEqual([[], 'otherwise']);
});

test('the example of the guide plans as it says', async () => {
  const guide = readFileSync('docs/beyond-packer.md', 'utf8').split('## Modules')[1] as string;
  const [root, module] = [...guide.matchAll(/```hcl\n([^]*?)```/g)].map(([, text]) => text as string);
  const planned = await loadAndPlan({
    files: { 'images.pkr.hcl': root as string, 'web/web.pkr.hcl': module as string },
    path: '.',
  });
  expect(faults(planned)).toEqual([]);
  const shown = /```text\n([^]*?)```/.exec(guide)?.[1];
  expect(`${names(planned).join('\n')}\n`).toBe(shown);
});
