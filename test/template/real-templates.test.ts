import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTemplateFiles } from '../../src/template/files.js';
import { loadAndPlan, type Planned, type TemplateCase } from '../support/load-and-plan.js';

/** What real templates do that a guess gets wrong. */

const NONE = 'communicator = "none"';
const SOURCE = `source "null" "a" {\n  ${NONE}\n}\n`;
const build = (inside: string): string => `build {\n  sources = ["null.a"]\n${inside}\n}\n`;
const echo = (expression: string): string => build(`  provisioner "shell-local" {\n    inline = [${expression}]\n  }`);

async function load(text: string, more: Partial<TemplateCase> = {}): Promise<Planned> {
  return await loadAndPlan({ files: { 't.pkr.hcl': text }, path: 't.pkr.hcl', ...more });
}

async function inlineOf(text: string, more: Partial<TemplateCase> = {}): Promise<unknown[]> {
  const { plan, diagnostics } = await load(text, more);
  expect(diagnostics).toEqual([]);
  return plan.builds.flatMap((item) => item.provisioners.map(({ options }) => options['inline']));
}

describe('real templates', () => {
  test('refer to undeclared variables in the branch not taken', async () => {
    expect(
      await inlineOf(`${SOURCE}${echo('true ? "ok" : var.undeclared, false ? file("ERROR: no") : "fine"')}`),
    ).toEqual([['ok', 'fine']]);
  });

  test('give `sources` as any expression, in three spellings', async () => {
    const text = `${SOURCE}variable "on" {\n  default = ["sources.null.a", "", "null.a"]\n}\nlocals {\n  t = "null"\n}\nbuild {\n  sources = concat(compact(var.on), ["source.\${local.t}.a"])\n}\n`;
    expect((await load(text)).plan.builds.map(({ identity }) => identity.name)).toEqual(['null.a', 'null.a', 'null.a']);
  });

  test('add to a source within a build', async () => {
    const text = `source "file" "f" {\n  content = "c"\n}\nbuild {\n  source "sources.file.f" {\n    name = "g"\n    target = "\${source.name}.txt"\n  }\n}\n`;
    const { plan, diagnostics } = await load(text);
    expect(diagnostics).toEqual([]);
    expect(plan.builds[0]?.builder.options).toMatchObject({ content: 'c', target: 'g.txt' });
  });

  test('switch a block off by a word that names nothing', async () => {
    const text = `${SOURCE}variable "on" {\n  default = false\n}\n${build('  provisioner "shell-local" {\n    only = var.on ? ["null.a"] : ["disabled"]\n    inline = ["x"]\n  }')}`;
    expect(await inlineOf(text)).toEqual([]);
  });

  test('make provisioners and chains by `dynamic`, in their place', async () => {
    const text = `${SOURCE}${build(
      [
        '  provisioner "shell-local" {\n    inline = ["first"]\n  }',
        '  dynamic "provisioner" {\n    for_each = { x = "shell-local", y = "shell-local" }\n    labels = [provisioner.value]\n    content {\n      inline = [provisioner.key]\n    }\n  }',
        '  dynamic "post-processors" {\n    for_each = [1, 2]\n    iterator = chain\n    content {\n      dynamic "post-processor" {\n        for_each = ["a", "b"]\n        labels = ["shell-local"]\n        content {\n          inline = ["${chain.value}${post-processor.value}"]\n        }\n      }\n    }\n  }',
        '  provisioner "shell-local" {\n    inline = ["last"]\n  }',
      ].join('\n'),
    )}`;
    expect(await inlineOf(text)).toEqual([['first'], ['x'], ['y'], ['last']]);
    const { plan } = await load(text);
    expect(plan.builds[0]?.chains.map((chain) => chain.map(({ options }) => options['inline']))).toEqual([
      [['1a'], ['1b']],
      [['2a'], ['2b']],
    ]);
  });

  test('let data refer to locals, locals to data, and data to data', async () => {
    const text = `${SOURCE}locals {\n  first = "l"\n  last = "<\${data.null.two.output}>"\n}\ndata "null" "two" {\n  input = "\${data.null.one.output}2"\n}\ndata "null" "one" {\n  input = "\${local.first}1"\n}\n${echo('local.last')}`;
    expect(await inlineOf(text, { evaluateDataSources: true })).toEqual([['<l12>']]);
    expect(await inlineOf(text)).toEqual([['<unknown>']]);
  });

  test('name circles with the way round', async () => {
    const { diagnostics } = await load(
      `${SOURCE}locals {\n  a = local.b\n  b = data.null.c.output\n}\ndata "null" "c" {\n  input = local.a\n}\n${echo('"x"')}`,
    );
    expect(diagnostics).toMatchObject([
      {
        code: 'template/dependency-cycle',
        summary: '`local.a` needs `local.b` needs `data.null.c` needs `local.a`',
        subject: { start: { line: 5 } },
      },
    ]);
  });

  test('define the same names in the files of one folder: each is a template of its own', async () => {
    const files = { 'a.pkr.hcl': `${SOURCE}${echo('"a"')}`, 'b.pkr.hcl': `${SOURCE}${echo('"b"')}` };
    const folder = await loadAndPlan({ files });
    expect(folder.diagnostics.map(({ code, subject }) => [code, subject?.file])).toEqual([
      ['template/duplicate-source', 'b.pkr.hcl'],
    ]);
    const single = await loadAndPlan({ files, path: 'b.pkr.hcl' });
    expect(single.diagnostics).toEqual([]);
  });

  test('pass `{{ }}` through the language with its escapes', async () => {
    const { plan, diagnostics } = await load(
      `${SOURCE}${build('  provisioner "shell-local" {\n    execute_command = ["sh", "-c", "{{.Vars}} \\"{{ .Script }}\\""]\n    inline = ["true"]\n  }')}`,
    );
    expect(diagnostics).toEqual([]);
    expect(plan.builds[0]?.provisioners[0]?.options['execute_command']).toEqual([
      'sh',
      '-c',
      '{{.Vars}} "{{ .Script }}"',
    ]);
  });

  test('call `env` in defaults, and nowhere else', async () => {
    const text = `variable "v" {\n  default = env("X") == "" ? "none" : env("X")\n}\n${SOURCE}${echo('var.v')}`;
    expect(await inlineOf(text, { env: { X: 'set' } })).toEqual([['set']]);
    expect((await load(`${SOURCE}${echo('env("X")')}`)).failed).toBe(true);
  });

  test('give the root as typed, and keep blocks on one line, bare labels and line ends of Windows', async () => {
    const files = {
      'd/a.pkr.hcl': `source null a { ${NONE} }\r\nbuild {\r\n  sources = ["null.a"]\r\n  provisioner "shell-local" {\r\n    inline = ["\${path.root} \${basename(path.cwd) != "d"}"]\r\n  }\r\n}`,
    };
    const { plan, diagnostics } = await loadAndPlan({ files, path: './d' });
    expect(diagnostics).toEqual([]);
    expect(plan.builds[0]?.provisioners[0]?.options['inline']).toEqual(['./d true']);
  });

  test('ask for plugins that imgpack replaces, and for others', async () => {
    const requires = (name: string): string =>
      `packer {\n  required_plugins {\n    ${name} = {\n      version = ">= v1.0.0"\n      source  = "github.com/hashicorp/${name}"\n    }\n  }\n}\n${SOURCE}${echo('"x"')}`;
    expect((await load(requires('qemu'))).diagnostics).toEqual([]);
    expect((await load(requires('vagrant'))).diagnostics.map(({ code }) => code)).toEqual(['template/missing-plugin']);
    expect((await load(requires('vagrant'), { ignoreMissingPlugins: true })).diagnostics).toEqual([]);
  });

  test('tell several faults in one run, each with what was probably meant', async () => {
    const { diagnostics } = await load(
      `${SOURCE}build {\n  sources = ["null.b"]\n  provisioner "shel-local" {\n  }\n  post-processor "manifst" {\n  }\n}\n`,
    );
    expect(diagnostics.map(({ summary, suggestion }) => [summary, suggestion])).toEqual([
      ['there is no source `null.b`', 'did you mean `null.a`?'],
      ['there is no provisioner of type `shel-local`', 'did you mean `shell-local`?'],
      ['there is no post-processor of type `manifst`', 'did you mean `manifest`?'],
    ]);
  });

  test('leave variables unset that `inspect` still shows', async () => {
    const text = `variable "u" {}\n${SOURCE}${echo('var.u')}`;
    expect((await load(text)).diagnostics.map(({ code }) => code)).toEqual(['template/unset-variable']);
    const { template, diagnostics } = await load(text, { tolerant: true });
    expect(diagnostics).toEqual([]);
    expect(template?.variables.get('u')?.value.isKnown).toBe(false);
  });
});

describe('the files of a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'imgpack-files-')));
    for (const name of [
      'z.pkr.hcl',
      'a.pkr.json',
      'b.auto.pkrvars.json',
      'c.auto.pkrvars.hcl',
      'notes.txt',
      'x.pkrvars.hcl',
    ])
      await writeFile(join(folder, name), '');
    await symlink(join(folder, 'z.pkr.hcl'), join(folder, '.link.pkr.hcl'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test('are native ones by name, then JSON ones, links and hidden ones among them', async () => {
    const { root, templates, automatic } = await findTemplateFiles('.', folder);
    expect({
      root,
      templates: templates.map(({ name }) => name),
      automatic: automatic.map(({ name }) => name),
    }).toEqual({
      root: '.',
      templates: ['.link.pkr.hcl', 'z.pkr.hcl', 'a.pkr.json'],
      automatic: ['c.auto.pkrvars.hcl', 'b.auto.pkrvars.json'],
    });
  });

  test.each([
    ['nowhere', 'template/template-not-found'],
    ['nowhere.pkr.hcl', 'template/template-not-found'],
    ['notes.txt', 'template/not-an-hcl-template'],
    ['-', 'template/standard-input'],
  ])('%s is refused with %s', async (path, code) => {
    await expect(findTemplateFiles(path, folder)).rejects.toMatchObject({ code });
  });
});
