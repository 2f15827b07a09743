import { describe, expect, test } from 'vitest';
import { format } from '../../src/hcl/format/format.js';
import { loadAndPlan, type Planned, type TemplateCase } from '../support/load-and-plan.js';

/** What people write in templates and a guess gets wrong, one by one. */

const source = (name: string) => `source "null" "${name}" {\n  communicator = "none"\n}\n`;
const step = (expression: string) => `  provisioner "shell-local" {\n    inline = [${expression}]\n  }\n`;
const build = (inside: string, sources = '"null.a"') => `build {\n  sources = [${sources}]\n${inside}}\n`;

async function load(text: string, more: Partial<TemplateCase> = {}): Promise<Planned> {
  return await loadAndPlan({ files: { 't.pkr.hcl': text }, path: 't.pkr.hcl', ...more });
}

/** Names of the builds with the commands of their provisioners; the codes of faults instead, where there are any. */
function told({ plan, diagnostics, failed }: Planned): unknown {
  if (failed) return diagnostics.flatMap(({ severity, code }) => (severity === 'error' ? [code] : []));
  return plan.builds.map(({ identity, provisioners }) => [
    identity.name,
    provisioners.flatMap(({ options }) => options['inline']),
  ]);
}
const outcome = async (text: string, more?: Partial<TemplateCase>) => told(await load(text, more));
const LEGACY = { path: 't.json' };
const legacy = async (text: string, more: Partial<TemplateCase> = {}) =>
  told(await loadAndPlan({ files: { 't.json': text }, ...LEGACY, ...more }));

describe('traps of real templates', () => {
  test('1: the branch not taken may be wrong', async () => {
    const text = source('a') + build(step('true ? "x" : var.nosuch, false ? file("ERROR: no") : "y"'));
    expect(await outcome(text)).toEqual([['null.a', ['x', 'y']]]);
  });

  test('2: a source that no selected build uses is not evaluated', async () => {
    const text = `source "null" "b" {\n  communicator = var.nosuch\n}\n${source('a')}${build(step('"x"'))}build {\n  name = "other"\n  sources = ["null.b"]\n}\n`;
    expect(await outcome(text, { only: ['null.a'] })).toEqual([['null.a', ['x']]]);
    expect(await outcome(text)).toEqual(['hcl/unsupported-attribute']);
  });

  test('3: `sources` is an expression, and names sources in three ways', async () => {
    const names = 'concat(compact(["source.null.a", ""]), ["sources.null.b", "null.c"])';
    const text = `${source('a')}${source('b')}${source('c')}build {\n  sources = ${names}\n${step('source.name')}}\n`;
    expect(await outcome(text)).toEqual([
      ['null.a', ['a']],
      ['null.b', ['b']],
      ['null.c', ['c']],
    ]);
  });

  test('4: a source within a build may have settings and a name, with a prefix or without', async () => {
    const inner = ['null.a', 'source.null.a', 'sources.null.a'].map(
      (label, i) => `  source "${label}" {\n    name = "n${i}"\n  }\n`,
    );
    expect(await outcome(`${source('a')}build {\n${inner.join('')}${step('source.name')}}\n`)).toEqual([
      ['null.n0', ['n0']],
      ['null.n1', ['n1']],
      ['null.n2', ['n2']],
    ]);
  });

  test('5: `only` and its like are expressions, and are compared letter by letter', async () => {
    const only = (list: string, word: string) =>
      `  provisioner "shell-local" {\n    only = ${list}\n    max_retries = 1 + 1\n    inline = ["${word}"]\n  }\n`;
    const inside = only('["null.${"a"}"]', 'exact') + only('["null.*"]', 'glob') + only('["off"]', 'never');
    expect(await outcome(source('a') + build(inside))).toEqual([['null.a', ['exact']]]);
  });

  test('6: `dynamic` makes provisioners and chains', async () => {
    const dynamic = (kind: string) =>
      `  dynamic "${kind}" {\n    for_each = ["x", "y"]\n    iterator = it\n    labels = ["shell-local"]\n    content {\n      inline = [it.value]\n    }\n  }\n`;
    const { plan } = await load(source('a') + build(dynamic('provisioner') + dynamic('post-processor')));
    const [only] = plan.builds;
    expect(only?.provisioners.map(({ options }) => options['inline'])).toEqual([['x'], ['y']]);
    expect(only?.chains.map((chain) => chain.map(({ options }) => options['inline']))).toEqual([[['x']], [['y']]]);
  });

  test('7: strings within strings, blocks on a line, bare labels, comments everywhere, CRLF, no last line end', async () => {
    const text = `/* a */ source null a { communicator = "none" } // b\r\n# c\r\nbuild {\r\n  sources = ["null.a", # d\r\n  ]\r\n  provisioner shell-local { inline = ["é \${"in \${"in"}"} $\${x}", { k : "v" }.k] }\r\n}`;
    expect(await outcome(text)).toEqual([['null.a', ['é in in ${x}', 'v']]]);
  });

  test('8: nested object types stand over lines, with comments', async () => {
    const type = 'object({\n    # c\n    a = string // d\n    m = map(map(map(string)))\n  })';
    const text = `variable "v" {\n  type = ${type}\n  default = { a = 1, m = { x = { y = { z = true } } } }\n}\n${source('a')}${build(step('jsonencode(var.v)'))}`;
    expect(await outcome(text)).toEqual([['null.a', ['{"a":"1","m":{"x":{"y":{"z":"true"}}}}']]]);
  });

  test('9: `{{ }}` passes through the language with its escapes', async () => {
    const text = source('a') + build(step('"{{ .Vars }} \\"{{ isotime \\"2006\\" }}\\""'));
    expect(await outcome(text)).toEqual([['null.a', ['{{ .Vars }} "{{ isotime "2006" }}"']]]);
  });

  test('10: files of one folder that define the same names are templates of their own', async () => {
    const files = { 'a.pkr.hcl': source('a') + build(step('"1"')), 'b.pkr.hcl': source('a') + build(step('"2"')) };
    expect(told(await loadAndPlan({ files, path: '.' }))).toEqual(['template/duplicate-source']);
    expect(told(await loadAndPlan({ files, path: 'b.pkr.hcl' }))).toEqual([['null.a', ['2']]]);
  });

  test('11: `path.root` is as typed, and `file` counts from there', async () => {
    const files = {
      'd/t.pkr.hcl': source('a') + build(step('path.root, file("x"), basename(path.cwd) == "d"')),
      'd/x': 'in d',
    };
    expect(told(await loadAndPlan({ files, path: './d' }))).toEqual([['null.a', ['./d', 'in d', 'false']]]);
  });

  test('12: `env` stands in defaults; data and locals make one graph', async () => {
    const text = `variable "v" {\n  default = env("X")\n}\nlocals {\n  l = "<\${data.null.d.output}>"\n  k = "\${var.v}k"\n}\ndata "null" "d" {\n  input = local.k\n}\n${source('a')}${build(step('local.l'))}`;
    expect(await outcome(text, { env: { X: 'e' }, evaluateDataSources: true })).toEqual([['null.a', ['<ek>']]]);
  });

  test.each(['>= 1.7', '>= v1.7.0', '>=1.7.0', ' >= 1.7.0', '= 1.16.0', '1.16.0', '~> 1.16', '>= 1.15.3, < 2.0.0'])(
    '13: the version `%s` is satisfied',
    async (version) => {
      const text = `packer {\n  required_version = "${version}"\n}\n${source('a')}${build(step('"x"'))}`;
      expect(await outcome(text)).toEqual([['null.a', ['x']]]);
    },
  );

  test('14: `formatdate` takes quoted parts, and odd formats as they are', async () => {
    const at = '"2031-02-03T14:05:06Z"';
    const formats = ["YYYY-MM-DD'T'hh:mm:ssZ", 'EEE DD MMM YYYY ZZZ', 'YYYYMMDDHHmmss'];
    const calls = formats.map((text) => `formatdate("${text}", ${at})`).join(', ');
    expect(await outcome(source('a') + build(step(calls)))).toEqual([
      ['null.a', ['2031-02-03T14:05:06Z', 'Mon 03 Feb 2031 UTC', '20310203020506']],
    ]);
  });

  test('15: JSON templates have comments, overrides and chains; a key that stands twice is refused', async () => {
    const steps = '[{"type":"shell-local","inline":["{{build_type}} {{user `u`}}"]}]';
    const whole = `{"_comment":"c","variables":{"u":"v"},"builders":[{"type":"null","communicator":"none"}],"provisioners":${steps},"post-processors":["manifest",[{"type":"manifest"}]]}`;
    const { plan, diagnostics } = await loadAndPlan({ files: { 't.json': whole }, ...LEGACY });
    expect(diagnostics).toEqual([]);
    expect(plan.builds.map(({ chains }) => chains.length)).toEqual([2]);
    expect(await legacy('{"builders":[],"builders":[{"type":"null","communicator":"none"}]}')).not.toEqual([]);
    const twice = await loadAndPlan({
      files: { 't.json': '{"variables":{},"variables":{},"builders":[]}' },
      ...LEGACY,
    });
    expect(twice.failed).toBe(true);
  });

  test('16: order is meaning: types of provisioners alternate as written', async () => {
    const kinds = ['shell-local', 'breakpoint', 'shell-local', 'breakpoint', 'shell-local'];
    const blocks = kinds.map((kind, i) =>
      kind === 'breakpoint' ? '  provisioner "breakpoint" {\n    disable = true\n  }\n' : step(`"${i}"`),
    );
    const { plan } = await load(source('a') + build(blocks.join('')));
    expect(plan.builds[0]?.provisioners.map(({ type }) => type)).toEqual(kinds);
  });

  test('17: a template whose builder is not installed is checked in every other part', async () => {
    const foreign = `source "some-cloud" "a" {\n  region = "x"\n}\n${build(step('"x"'), '"some-cloud.a"')}`;
    const ignoring = { ignoreMissingPlugins: true };
    expect((await load(foreign, ignoring)).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(await outcome(`variable "unset" {}\n${foreign}`, ignoring)).toEqual(['template/unset-variable']);
    expect(await outcome(`locals {\n  l = nosuch()\n}\n${foreign}`, ignoring)).toEqual(['hcl/unknown-function']);
    expect(await outcome(foreign)).toEqual(['template/unknown-component']);
  });
});

test('a number is joined to an index behind it, as `b=7 .5` is formatted to `b = 7.5`', () => {
  expect(format('b=7 .5\n').text).toBe('b = 7.5\n');
});
