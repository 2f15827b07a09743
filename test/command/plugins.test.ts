import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

const requiring = (...names: string[]) =>
  `packer {\n  required_plugins {\n${names
    .map((name) => `    ${name} = { version = "~> 1", source = "github.com/hashicorp/${name}" }\n`)
    .join('')}  }\n}\n`;
const nullBuild = 'source "null" "a" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.a"]\n}\n';

let place: Workplace;
beforeEach(async () => (place = await Workplace.make()));
afterEach(() => place.remove());

const run = async (...args: string[]) => {
  const { exitCode, stdout, stderr } = await place.imgpack(args, { env: { NO_COLOR: '1' } });
  return { exitCode, stdout, stderr };
};

describe('init', () => {
  it('says that a required plugin is built in', async () => {
    await place.write('t.pkr.hcl', requiring('qemu', 'amazon') + nullBuild);
    expect(await run('init', '.')).toEqual({
      exitCode: 0,
      stdout:
        'built in   qemu (github.com/hashicorp/qemu, ~> 1)\nbuilt in   amazon (github.com/hashicorp/amazon, ~> 1)\n',
      stderr: '',
    });
  });

  it('says that nothing is required', async () => {
    await place.write('t.pkr.hcl', nullBuild);
    expect(await run('init', '-upgrade', 't.pkr.hcl')).toEqual({
      exitCode: 0,
      stdout: 'No plugins are required, and there is nothing to install.\n',
      stderr: '',
    });
  });

  it('fails at a required plugin that is missing, where it is required, once', async () => {
    await place.write('t.pkr.hcl', requiring('nosuch') + nullBuild.replaceAll('null', 'nosuch-iso'));
    expect(await run('init', '.')).toEqual({
      exitCode: 1,
      stdout: `missing    nosuch (github.com/hashicorp/nosuch, ~> 1)
Error: the plugin \`nosuch\` (github.com/hashicorp/nosuch) is not part of imgpack [template/missing-plugin]

  on t.pkr.hcl line 3, column 5:
  3 |     nosuch = { version = "~> 1", source = "github.com/hashicorp/nosuch" }
    |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

help: remove the requirement where nothing uses it, or check the rest with
\`--ignore-missing-plugins\`

`,
      stderr: '',
    });
  });

  it('fails at a component that is missing and required by nobody', async () => {
    await place.write('t.pkr.hcl', nullBuild.replaceAll('null', 'nosuch'));
    expect(await run('init', '.')).toEqual({
      exitCode: 1,
      stdout: `No plugins are required, and there is nothing to install.
Error: there is no builder of type \`nosuch\` [template/unknown-component]

  on t.pkr.hcl line 5, column 14:
  5 |   sources = ["nosuch.a"]
    |              ^^^^^^^^^^

help: imgpack has no plugin for it; \`--ignore-missing-plugins\` checks the rest of the template

`,
      stderr: '',
    });
  });

  it('asks no data source and needs no variable', async () => {
    const asking = 'variable "v" {\n}\ndata "external" "d" {\n  program = ["touch", "asked"]\n}\n';
    await place.write('t.pkr.hcl', requiring('qemu') + asking + nullBuild);
    expect((await run('init', '.')).exitCode).toBe(0);
    expect(Object.keys(await place.files())).toEqual(['t.pkr.hcl']);
  });

  it('refuses a template in the old JSON form, as Packer does', async () => {
    await place.write('t.json', '{ "builders": [{ "type": "null", "communicator": "none" }] }');
    expect(await run('init', 't.json')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Error: \`t.json\` is a template in the old JSON form, which cannot require plugins [command/no-requirements]

help: what such a template uses is built in; \`imgpack hcl2_upgrade\` writes it in HCL2

`,
    });
  });

  it('is one JSON object with `-json`', async () => {
    await place.write('t.pkr.hcl', requiring('qemu') + nullBuild);
    expect(JSON.parse((await run('init', '-json', '.')).stdout)).toEqual({
      version: 1,
      plugins: [
        {
          name: 'qemu',
          source: 'github.com/hashicorp/qemu',
          version: '~> 1',
          built_in: true,
          components: [{ kind: 'builder', type: 'qemu' }],
        },
      ],
    });
  });
});

describe('plugins', () => {
  it('required prints name, source and versions as Packer does, and what is built in', async () => {
    await place.write('t.pkr.hcl', requiring('qemu', 'nosuch') + nullBuild);
    const stdout = 'qemu github.com/hashicorp/qemu "~> 1" builder qemu\nnosuch github.com/hashicorp/nosuch "~> 1"\n';
    expect(await run('plugins', 'required', '.')).toEqual({ exitCode: 0, stdout, stderr: '' });
    expect(await run('plugin', 'required', '.')).toEqual({ exitCode: 0, stdout, stderr: '' });
  });

  it('installed lists the same with `-json` and without', async () => {
    const { stdout } = await run('plugins', 'installed');
    const { components } = JSON.parse((await run('plugins', 'installed', '-json')).stdout) as {
      components: { kind: string; type: string }[];
    };
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/)),
    ).toEqual(components.map(({ kind, type }) => [kind, type]));
    expect(components).toContainEqual({ kind: 'builder', type: 'qemu' });
  });

  it('install ends well for what is built in, and not for anything else', async () => {
    expect(await run('plugins', 'install', 'github.com/hashicorp/qemu', '>= 1')).toEqual({
      exitCode: 0,
      stdout: '`github.com/hashicorp/qemu` is built in: builder qemu\n',
      stderr: '',
    });
    expect(await run('plugins', 'install', 'github.com/x/qemv')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'Error: `github.com/x/qemv` is not part of imgpack, and plugins cannot be added to it [command/not-installable]\n\nhelp: did you mean `qemu`?\n\n',
    });
  });

  it('remove removes nothing', async () => {
    expect(await run('plugins', 'remove', 'github.com/hashicorp/qemu')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'Error: `github.com/hashicorp/qemu` is built in and cannot be removed [command/not-removable]\n\nhelp: `imgpack plugins installed` lists what is built in\n\n',
    });
  });
});
