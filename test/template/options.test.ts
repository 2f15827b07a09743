import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { defineProvisioner, type Problem } from '../../src/contract/plugin.js';
import {
  block,
  blocks,
  bool,
  defineSchema,
  duration,
  number,
  text,
  textList,
  textMap,
  textRows,
} from '../../src/contract/schema.js';
import { builtInPlugins } from '../../src/registry.js';
import { registryOf } from '../support/fake-registry.js';
import { loadAndPlan, type TemplateCase } from '../support/load-and-plan.js';

const schema = defineSchema({
  attributes: {
    host: text({ description: 'a host', required: true }),
    port: number({ description: 'a port', default: 22 }),
    fast: bool({ description: 'fast or not' }),
    wait: duration({ description: 'how long to wait', default: '5m' }),
    mode: text({ description: 'the mode', values: ['slow', 'quick'] }),
    late: text({ description: 'rendered at run time', template: 'late' }),
    tags: textMap({ description: 'tags' }),
    names: textList({ description: 'names' }),
    rows: textRows({ description: 'rows' }),
    password: text({ description: 'a password', sensitive: true }),
    ancient: text({ description: 'an old one', deprecated: 'use `host`' }),
  },
  blocks: {
    disk: blocks(
      {
        attributes: {
          size: number({ description: 'its size', required: true }),
          format: text({ description: 'its format', default: 'raw' }),
        },
      },
      { description: 'disks' },
    ),
    network: block({ attributes: { name: text({ description: 'its name' }) } }, { description: 'the network' }),
  },
});

const machine = defineProvisioner({
  type: 'machine',
  summary: 'takes options of every kind',
  schema,
  validate: (config): Problem[] =>
    config.disk.flatMap((disk, i) =>
      disk.size > 100
        ? [
            {
              severity: 'error' as const,
              message: { code: 'test/too-large', text: `disk ${i} is too large` },
              option: `disk[${i}].size`,
            },
          ]
        : [],
    ),
  run: () => Promise.resolve(),
});

const registry = registryOf([machine], builtInPlugins);

function template(body: string, before = ''): string {
  const head = 'source "null" "a" {\n  communicator = "none"\n}\n';
  return `${before}${head}build {\n  sources = ["null.a"]\n  provisioner "machine" {\n${body}\n  }\n}\n`;
}

async function plan(body: string, more: Partial<TemplateCase> & { before?: string } = {}) {
  return await loadAndPlan({ registry, ...more, files: { 't.pkr.hcl': template(body, more.before), ...more.files } });
}

async function configOf(body: string, more: Partial<TemplateCase> & { before?: string } = {}): Promise<unknown> {
  const { plan: planned, diagnostics } = await plan(body, more);
  expect(diagnostics).toEqual([]);
  return (await planned.builds[0]?.provisioners[0]?.configure())?.config;
}

async function faults(body: string, more: Partial<TemplateCase> & { before?: string } = {}): Promise<string[]> {
  const { diagnostics } = await plan(body, more);
  return diagnostics.map(
    ({ severity, code, summary, suggestion, subject }) =>
      `${subject?.start.line}:${subject?.start.column} ${severity} ${code}: ${summary}${suggestion ? ` (${suggestion})` : ''}`,
  );
}

describe('options', () => {
  test('are converted to their types, and what is not set has its default', async () => {
    expect(
      await configOf(
        [
          'host = 5',
          'port = "8080"',
          'fast = "true"',
          'wait = "1m30s"',
          'mode = "quick"',
          'tags = { a = 1, b = true }',
          'names = ["x", 2]',
          'rows = [["a"], ["b", "c"]]',
          'disk {\n size = 1\n}',
          'disk {\n size = "2"\n format = "qcow2"\n}',
          'network {\n name = "lan"\n}',
        ].join('\n'),
      ),
    ).toEqual({
      host: '5',
      port: 8080,
      fast: true,
      wait: 90_000,
      mode: 'quick',
      late: undefined,
      tags: { a: '1', b: 'true' },
      names: ['x', '2'],
      rows: [['a'], ['b', 'c']],
      password: undefined,
      ancient: undefined,
      disk: [
        { size: 1, format: 'raw' },
        { size: 2, format: 'qcow2' },
      ],
      network: { name: 'lan' },
    });
    expect(await configOf('host = "h"')).toMatchObject({
      port: 22,
      wait: 300_000,
      tags: {},
      names: [],
      disk: [],
      network: undefined,
    });
  });

  test('that are null are not set', async () => {
    expect(await configOf('host = "h"\nport = null\nfast = null\nnames = null')).toMatchObject({
      port: 22,
      fast: undefined,
      names: [],
    });
    expect(await faults('host = null')).toEqual([
      '6:3 error template/missing-argument: the argument `host` is required',
    ]);
  });

  test('that tools add for Packer itself are passed over', async () => {
    expect(await configOf('host = "h"\npacker_build_name = "x"\npacker_debug = true')).not.toHaveProperty(
      'packer_debug',
    );
  });

  test('are all checked at once, each at its place, with what was probably meant', async () => {
    expect(
      await faults(
        '    hots = "h"\n    port = "many"\n    wait = "5"\n    mode = "quik"\n    names = "x"\n    names2 = 1\n    host = "h"',
      ),
    ).toEqual([
      '7:5 error template/unsupported-argument: an argument named `hots` is not expected here (did you mean `host`?)',
      '12:5 error template/unsupported-argument: an argument named `names2` is not expected here (did you mean `names`?)',
      '8:12 error template/option-type: the value of `port` does not fit: a number is required',
      '9:12 error template/duration: `wait` is not a duration: `5` (write a number with its unit, such as `30s`, `5m` or `1h30m`)',
      '10:12 error template/option-value: `mode` cannot be `quik` (did you mean `quick`?)',
      '11:13 error template/option-type: the value of `names` does not fit: a list(string) is required, this is a string',
    ]);
  });

  test('name the faulty element of a list', async () => {
    expect(await faults('    host = "h"\n    names = ["a", {}]')).toEqual([
      expect.stringMatching(/^8:19 error template\/option-type: the value of `names` does not fit: `\[1\]`: /),
    ]);
    expect(await faults('    host = "h"\n    names = ["a", null]')).toEqual([
      '8:19 error template/option-type: the value of `names` does not fit: `[1]` must not be null',
    ]);
  });

  test('written as blocks, or blocks written as options, are told apart', async () => {
    expect(await faults('host = "h"\ntags {\n a = "b"\n}\nnetwork = {}\ndisc {\n}')).toEqual([
      '8:1 error template/block-for-argument: `tags` is an argument, not a block (write `tags = …`)',
      '11:1 error template/argument-for-block: `network` is a block, not an argument (write `network { … }`, without `=`)',
      '12:1 error template/unsupported-block: a block of type `disc` is not expected here (did you mean `disk`?)',
    ]);
  });

  test('of blocks are required there, and a single block stands once', async () => {
    expect(await faults('host = "h"\ndisk {\n}\nnetwork {\n}\nnetwork {\n}')).toEqual([
      '8:1 error template/missing-argument: the argument `size` is required',
      '12:1 error template/duplicate-block: a block `network` may stand only once',
    ]);
  });

  test('that are obsolete are warned of', async () => {
    expect(await faults('host = "h"\nancient = "x"')).toEqual([
      '8:1 warning template/deprecated-option: `ancient` is obsolete (use `host`)',
    ]);
  });

  test('have `{{ }}` rendered unless the component does that itself', async () => {
    expect(await configOf('host = "{{ build_name }}-{{ upper `x` }}"\nlate = "{{ .Path }}"')).toMatchObject({
      host: 'a-X',
      late: '{{ .Path }}',
    });
    expect(await configOf('host = "{{ .Path }}"')).toMatchObject({ host: '<no value>' });
    const [fault] = await faults('    host = "{{ nosuch }}"');
    expect(fault).toMatch(/^7:12 error .*nosuch/);
  });

  test('carry problems of the component to the option that it names', async () => {
    expect(await faults('host = "h"\ndisk {\n  size = 1\n}\ndisk {\n  size = 101\n}')).toEqual([
      '12:10 error test/too-large: disk 1 is too large',
    ]);
  });

  test('that are not known before the run are placeholders', async () => {
    const before = 'data "null" "d" {\n  input = "x"\n}\n';
    const body = [
      'host = data.null.d.output',
      'port = length(data.null.d.output)',
      'names = split(",", data.null.d.output)',
      'mode = data.null.d.output',
      'wait = data.null.d.output',
    ].join('\n');
    expect(await configOf(body, { before })).toMatchObject({ host: '<unknown>', port: 0, names: [], mode: undefined });
    expect(await configOf('host = data.null.d.output', { before, evaluateDataSources: true })).toMatchObject({
      host: 'x',
    });
  });

  test('are made by dynamic blocks', async () => {
    const body =
      'host = "h"\ndynamic "disk" {\n for_each = { a = 1, b = 2 }\n iterator = it\n content {\n size = it.value\n format = it.key\n }\n}';
    expect(await configOf(body)).toMatchObject({
      disk: [
        { size: 1, format: 'a' },
        { size: 2, format: 'b' },
      ],
    });
  });
});

describe('secrets among options', () => {
  test('are a sensitive option that came from outside, and what was computed from a sensitive variable', async () => {
    const before = 'variable "p" {}\nvariable "s" {\n  sensitive = true\n}\n';
    const { secrets } = await plan('host = sha256(var.s)\npassword = var.p\nmode = var.s == "" ? "slow" : "quick"', {
      before,
      env: { PKR_VAR_p: 'pass word', PKR_VAR_s: 'secret\r\nlines' },
    });
    expect([...secrets].sort()).toEqual(
      [
        createHash('sha256').update('secret\r\nlines').digest('hex'),
        'lines',
        'pass word',
        'secret',
        'secret\nlines',
        'secret\r\nlines',
      ].sort(),
    );
  });

  test('are values of sensitive variables that do not fit, since a frame shows them; numbers are none', async () => {
    const before = 'variable "n" {\n  type = number\n  sensitive = true\n}\n';
    const refused = await plan('host = "h"', { before, variables: [{ name: 'n', value: 'secret word' }] });
    expect(refused.diagnostics.map(({ code }) => code)).toEqual(['template/variable-value']);
    expect(refused.secrets).toEqual(['secret word']);
    expect((await plan('host = "h"', { before, variables: [{ name: 'n', value: '1' }] })).secrets).toEqual([]);
  });

  test('are not what the template spells out for all to read', async () => {
    expect((await plan('host = "h"\npassword = "ubuntu"')).secrets).toEqual([]);
  });
});
