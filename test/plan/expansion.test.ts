import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planToJson } from '../../src/plan/plan-json.js';
import { loadAndPlan, type Planned, type TemplateCase } from '../support/load-and-plan.js';

const plan = async (text: string, more: Partial<TemplateCase> = {}): Promise<Planned> =>
  await loadAndPlan({ files: { 't.pkr.hcl': text }, path: 't.pkr.hcl', ...more });
const names = ({ plan: { builds } }: Planned): string[] => builds.map(({ identity }) => identity.name);
const faults = ({ diagnostics }: Planned): string[] =>
  diagnostics.map(({ code, subject }) => `${code} ${subject?.start.line}:${subject?.start.column}`);
const source = (argument: string, build = 'sources = ["null.vm"]'): string =>
  `source "null" "vm" {\n  ${argument}\n  communicator = "none"\n}\nbuild {\n  ${build}\n}\n`;

describe('an expanded source', () => {
  test.each([
    ['a map', 'for_each = { b = 1, a = 2 }', ['null.vm.a', 'null.vm.b']],
    ['a list of strings, in its order', 'for_each = ["b", "a"]', ['null.vm.b', 'null.vm.a']],
    ['a set', 'for_each = convert(["b", "a"], set(string))', ['null.vm.a', 'null.vm.b']],
    ['a count', 'count = 2', ['null.vm.0', 'null.vm.1']],
    ['nothing', 'count = 0', []],
    ['what is enabled', 'for_each = ["a", "b"]\n  enabled = each.key == "b"', ['null.vm.b']],
  ])('has an instance for each element of %s', async (_title, argument, expected) => {
    const planned = await plan(source(argument));
    expect([names(planned), faults(planned)]).toEqual([expected, []]);
  });

  test.each([
    ['all instances', '"source.null.vm"', ['null.vm.a', 'null.vm.b']],
    ['one, with quotes', '"source.null.vm[\\"b\\"]"', ['null.vm.b']],
    ['one, without quotes', '"null.vm[a]"', ['null.vm.a']],
  ])('is referred to as %s', async (_title, reference, expected) => {
    expect(names(await plan(source('for_each = ["a", "b"]', `sources = [${reference}]`)))).toEqual(expected);
  });

  test('evaluates its options with `each`, and tells provisioners its key', async () => {
    const text = `source "file" "f" {
  for_each = { a = "A", b = "B" }
  content  = each.value
  target   = "out/\${each.key}"
}
build {
  source "file.f" {
    name = "local"
  }
  provisioner "shell-local" {
    only     = ["file.local.b"]
    inline   = ["\${source.name} \${source.key}"]
  }
}
`;
    const { builds } = (await plan(text)).plan;
    expect(
      builds.map(({ identity, builder, provisioners }) => [
        identity.name,
        identity.sourceLabel,
        builder.options['content'],
        builder.options['target'],
        provisioners.map(({ options }) => options['inline']),
      ]),
    ).toEqual([
      ['file.local.a', 'f.a', 'A', 'out/a', []],
      ['file.local.b', 'f.b', 'B', 'out/b', [['local.b b']]],
    ]);
  });

  test('may be written in JSON', async () => {
    const text = JSON.stringify({
      source: { null: { vm: { for_each: ['a', 'b'], enabled: '${each.key == "a"}', communicator: 'none' } } },
      build: { for_each: { x: 1 }, sources: ['null.vm'] },
    });
    expect(names(await loadAndPlan({ files: { 't.pkr.json': text }, path: 't.pkr.json' }))).toEqual(['x.null.vm.a']);
  });
});

describe('an expanded build', () => {
  const build = (name: string): string => source('', `${name}\n  for_each = ["x", "y"]\n  sources = ["null.vm"]`);
  test.each([
    ['its name and key', 'name = "web"', ['web.x.null.vm', 'web.y.null.vm']],
    ['its key alone', '', ['x.null.vm', 'y.null.vm']],
    ['a name that holds the key', 'name = "${each.key}-web"', ['x-web.null.vm', 'y-web.null.vm']],
  ])('is named by %s', async (_title, name, expected) => {
    expect(names(await plan(build(name)))).toEqual(expected);
  });

  test('is refused where two instances get one name', async () => {
    expect(faults(await plan(build('name = "n${length(each.key)}"')))).toEqual(['plan/duplicate-build 8:14']);
  });

  test('is selected whole by its name without a key, and one by one with it', async () => {
    const text = build('name = "web"');
    expect(names(await plan(text, { only: ['web.null.vm'] }))).toEqual(['web.x.null.vm', 'web.y.null.vm']);
    expect(names(await plan(text, { except: ['web.x.*'] }))).toEqual(['web.y.null.vm']);
  });

  test('gives its instances file names of their own', async () => {
    const { builds } = (await plan(build('name = "web"'))).plan;
    expect(builds.map(({ identity }) => identity.sourceLabel)).toEqual(['vm.x', 'vm.y']);
  });
});

test('what is left out is in the plan', async () => {
  const text = `${source('enabled = false')}build {\n  name = "off"\n  enabled = false\n  sources = ["null.none"]\n}\n`;
  expect(planToJson((await plan(text)).plan)).toEqual({
    version: 1,
    builds: [],
    leftOut: [
      { kind: 'source', name: 'null.vm', place: 't.pkr.hcl:1' },
      { kind: 'build', name: 'off', place: 't.pkr.hcl:8' },
    ],
  });
});

describe('faults have a code and a place', () => {
  test.each([
    ['for_each = ["a"]\n  count = 1', 'expansion/both 3:3'],
    ['for_each = "a"', 'expansion/collection 2:14'],
    ['for_each = [{}]', 'expansion/collection 2:14'],
    ['for_each = ["a", null]', 'expansion/collection 2:14'],
    ['for_each = ["a", "a"]', 'expansion/duplicate-key 2:14'],
    ['for_each = ["a/b"]', 'expansion/key 2:14'],
    ['for_each = null', 'template/unsuitable-null 2:14'],
    ['for_each = range(0, 1000)\n  enabled = source.name', 'expansion/not-known 3:13'],
    ['for_each = source.name', 'expansion/not-known 2:14'],
    ['for_each = [var.secret]', 'expansion/sensitive 2:14'],
    ['count = -1', 'expansion/count 2:11'],
    ['count = 1.5', 'expansion/count 2:11'],
    ['count = 10001', 'expansion/count 2:11'],
    ['count = "x"', 'expansion/count 2:11'],
    ['enabled = "maybe"', 'template/unsuitable-type 2:13'],
  ])('%s', async (argument, expected) => {
    const secret = 'variable "secret" {\n  default = "s"\n  sensitive = true\n}\n';
    expect(new Set(faults(await plan(`${source(argument)}${secret}`)))).toEqual(new Set([expected]));
  });

  test.each([
    ['for_each = ["a"]', '"null.vm[b]"', 'expansion/no-instance 6:14'],
    ['', '"null.vm[b]"', 'expansion/not-expanded 6:14'],
  ])('%s referred to as %s', async (argument, reference, expected) => {
    expect(faults(await plan(source(argument, `sources = [${reference}]`)))).toEqual([expected]);
  });
});

describe('the guide', () => {
  const guide = readFileSync('docs/beyond-packer.md', 'utf8');
  const blocks = (kind: string): string[] =>
    [...guide.matchAll(new RegExp(`\`\`\`${kind}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text as string);

  test('plans its example as it says', async () => {
    const planned = await loadAndPlan({ files: { 's.pkr.hcl': blocks('hcl')[0] as string }, path: 's.pkr.hcl' });
    const said = [...(blocks('console')[0] as string).matchAll(/^==> ([^:]*): .*$/gm)].map(([, name]) => name);
    expect([names(planned), planned.failed]).toEqual([said, false]);
  });

  test('shows a default that works', async () => {
    const { template } = await plan(`${blocks('hcl')[1]}${source('')}`);
    expect(template?.variables.get('release')?.value.text).toBe('2026.01.02');
  });
});
