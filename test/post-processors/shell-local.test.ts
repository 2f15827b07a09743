import { chmod, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import shellLocal from '../../post-processors/shell-local.js';
import type { Decoded } from '../../src/contract/schema.js';
import { decodedConfig } from '../support/decoded-config.js';
import { fakeArtifact, fakeBuild } from '../support/fake-plan.js';
import { planPostProcessor, PluginPlace } from '../support/plugin-run.js';

let place: PluginPlace;
beforeEach(async () => (place = await PluginPlace.make()));
afterEach(() => place.remove());

type Given = Partial<Decoded<typeof shellLocal.schema>>;

/** Runs the scripts; what they print, and the run. */
async function run(given: Given, values?: Record<string, string>) {
  const build = fakeBuild({
    name: 'src',
    finish: () => Promise.resolve(fakeArtifact('VM', values ? { values } : {})),
    chains: [[planPostProcessor(shellLocal, given, false)]],
  });
  const { outcome, events } = await place.run([build]);
  const printed = events.flatMap((event) => (event.type === 'output' ? [`${event.stream}: ${event.line}`] : []));
  return { outcome, printed };
}
const problemsOf = async (given: Given) =>
  (
    await shellLocal.validate?.(decodedConfig(shellLocal.schema, given), { workingDirectory: place.folder } as never)
  )?.map(({ message }) => message.code);

describe('the post-processor `shell-local`', () => {
  it('runs commands in the working directory, and hands its input on whatever it is told', async () => {
    const { outcome, printed } = await run({ inline: ['pwd', 'echo err >&2'] });
    expect(printed.sort()).toEqual(['stderr: err', `stdout: ${place.folder}`]);
    expect(outcome.results[0]?.artifacts.map(({ id }) => id)).toEqual(['VM', 'VM']);
  });

  it('stops at the first command that fails, and says the exit code', async () => {
    const { outcome, printed } = await run({ inline: ['echo one', 'sh -c "exit 4"', 'echo two'] });
    expect(printed).toEqual(['stdout: one']);
    expect(outcome.results[0]?.failure?.text).toMatch(/exit.* 4/);
  });

  it('accepts the exit codes that it is given', async () => {
    expect((await run({ inline: ['exit 7'], valid_exit_codes: [0, 7] })).outcome.succeeded).toBe(true);
    expect((await run({ inline: ['true'], valid_exit_codes: [7] })).outcome.succeeded).toBe(false);
  });

  it('sets variables: its own, those of `environment_vars`, and over them those of `env`', async () => {
    const { printed } = await run({
      inline: ['echo "$PACKER_BUILD_NAME $PACKER_BUILDER_TYPE $A $B"', 'echo "$Q"'],
      environment_vars: ['A=1', 'B=2'],
      env: { B: '3', Q: `it's "quoted" $HOME \`x\`` },
    });
    expect(printed).toEqual(['stdout: src fake 1 3', `stdout: it's "quoted" $HOME \`x\``]);
  });

  it('tells the address of the HTTP server only where there is one', async () => {
    const inline = ['echo "${PACKER_HTTP_ADDR-none} ${PACKER_HTTP_PORT-none}"'];
    expect((await run({ inline })).printed).toEqual(['stdout: none none']);
    expect((await run({ inline }, { PackerHTTPAddr: '10.0.2.2:8000', PackerHTTPPort: '8000' })).printed).toEqual([
      'stdout: 10.0.2.2:8000 8000',
    ]);
  });

  it('runs script files in their order, by `execute_command` where that is set', async () => {
    await writeFile(place.path('b.sh'), '#!/bin/sh\necho b $1');
    await writeFile(place.path('a.sh'), 'echo a $1');
    await chmod(place.path('b.sh'), 0o755);
    expect((await run({ script: 'b.sh' })).printed).toEqual(['stdout: b']);
    expect(
      (await run({ scripts: ['b.sh', 'a.sh'], execute_command: ['sh', '{{.Script}}', 'of {{.ID}}'] }, { ID: 'i-1' }))
        .printed,
    ).toEqual(['stdout: b of i-1', 'stdout: a of i-1']);
  });

  it('runs a single `execute_command` by a shell', async () => {
    expect((await run({ inline: ['echo in'], execute_command: ['echo "out"; {{.Script}}'] })).printed).toEqual([
      'stdout: out',
      'stdout: in',
    ]);
  });

  it('writes variables in the form that it is given', async () => {
    const { printed } = await run({
      inline: ['true'],
      env: { X: '1' },
      env_var_format: '<%s:%s> ',
      execute_command: ['echo', '{{.Vars}}'],
    });
    expect(printed.map((line) => line.trimEnd())).toEqual([
      'stdout: <PACKER_BUILDER_TYPE:fake> <PACKER_BUILD_NAME:src> <X:1>',
    ]);
  });

  it('is passed over on other systems', async () => {
    const { outcome, printed } = await run({ inline: ['echo x'], only_on: ['windows'] });
    expect({ ok: outcome.succeeded, printed }).toEqual({ ok: true, printed: [] });
    expect((await run({ inline: ['echo x'], only_on: [process.platform] })).printed).toEqual(['stdout: x']);
  });

  it('uses the interpreter and the extension that it is given, and removes the script', async () => {
    const scripts = async () => (await readdir(tmpdir())).filter((name) => name.endsWith('.marker')).length;
    const before = await scripts();
    const { printed } = await run({
      inline: ['echo $0'],
      inline_shebang: '/bin/sh -eu',
      tempfile_extension: '.marker',
    });
    expect(printed[0]).toMatch(/^stdout: \/.*\.marker$/);
    expect(await scripts()).toBe(before);
  });

  it('wants exactly one of its ways to name what to run', async () => {
    expect(await problemsOf({})).toEqual(['script/nothing-to-run']);
    expect(await problemsOf({ inline: ['a'], script: 's' })).toContain('script/more-than-one');
    expect(await problemsOf({ command: 'echo' })).toEqual([]);
  });

  it('refuses scripts that are missing, variables without a name, systems that nobody has', async () => {
    expect(await problemsOf({ script: 'gone.sh' })).toEqual(['script/missing']);
    expect(await problemsOf({ inline: ['a'], environment_vars: ['A', '=b', 'C=d'] })).toEqual([
      'script/variable-invalid',
      'script/variable-invalid',
    ]);
    expect(await problemsOf({ inline: ['a'], only_on: ['beos'] })).toEqual(['shell-local/unknown-system']);
    expect(await problemsOf({ inline: ['a'], use_linux_pathing: true })).toEqual([
      'shell-local/linux-pathing-needs-file',
    ]);
  });

  it('reads nothing from the terminal', async () => {
    expect((await run({ inline: ['cat; echo end'] })).printed).toEqual(['stdout: end']);
  });
});
