import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import shellLocal from '../../provisioners/shell-local.js';
import { runLocalScripts } from '../../src/contract/helpers/local-script.js';
import type { Decoded } from '../../src/contract/schema.js';
import { CancelledError } from '../../src/messages/message.js';
import { failure } from '../support/connecting.js';
import { problemsOf, provision, type Provisioning } from '../support/provisioning.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-local-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Given = Partial<Decoded<typeof shellLocal.schema>>;
const run = (given: Given, more: Provisioning = {}) =>
  provision(shellLocal, given, { workingDirectory: folder, ...more });

describe('the `shell-local` provisioner', () => {
  it('runs commands in the working directory with the variables and values of the build', async () => {
    const told = await run(
      {
        inline: ['pwd', 'echo "$A $B {{ .ID }} $PACKER_BUILD_NAME $PACKER_BUILDER_TYPE $PACKER_RUN_UUID"', 'echo "$Q"'],
        environment_vars: ['A={{ .ID }}', 'B=2'],
        env: { B: '3', Q: `it's` },
      },
      { values: { ID: 'i-1' } },
    );
    expect(told.slice(1)).toEqual([`stdout: ${folder}`, 'stdout: i-1 3 i-1 a null run', "stdout: it's"]);
    expect(told[0]).toMatch(/^Running local shell script: \/tmp\/packer-shell/);
  });

  it('runs files in their order, and names them as they were written', async () => {
    for (const name of ['one.sh', 'two.sh'])
      writeFileSync(join(folder, name), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
    expect(await run({ scripts: ['one.sh', './two.sh'] })).toEqual([
      'Running local shell script: one.sh',
      'stdout: one.sh',
      'Running local shell script: ./two.sh',
      'stdout: two.sh',
    ]);
  });

  it('takes `command` for one inline command, and an interpreter and extension of its own', async () => {
    expect((await run({ command: 'echo one' })).slice(1)).toEqual(['stdout: one']);
    const told = await run({
      inline: ['print "perl\\n";'],
      inline_shebang: '/usr/bin/perl',
      tempfile_extension: '.pl',
    });
    expect(told[0]).toMatch(/\.pl$/);
    expect(told.slice(1)).toEqual(['stdout: perl']);
  });

  it('runs them by the command of the template', async () => {
    const execute_command = [
      'env',
      'X=1',
      '/bin/sh',
      '-c',
      '{{.Vars}} printenv X A; cat {{.Script}} | tail -n 1; echo {{.Command}} | wc -l',
    ];
    const told = await run({ inline: ['last'], execute_command, env: { A: 'a' } });
    expect(told.slice(1)).toEqual(['stdout: 1', 'stdout: a', 'stdout: last', 'stdout: 1']);
  });

  it('fails with the exit code, and with the signal', async () => {
    const error = await failure(run({ inline: ['exit 3'] }));
    expect([error.code, error.message.replace(/`.*`/, 'PATH')]).toEqual([
      'script/failed',
      'the script PATH ended with exit code 3',
    ]);
    expect((await failure(run({ inline: ['x'], execute_command: ['sh', '-c', 'kill -9 $$'] }))).code).toBe(
      'script/signalled',
    );
    await run({ inline: ['exit 3'], valid_exit_codes: [3] });
  });

  it('fails where the program does not exist', async () => {
    expect((await failure(run({ inline: ['x'], execute_command: ['no-such-program'] }))).code).toBe(
      'process/not-found',
    );
  });

  it('ends the script when it is cancelled', async () => {
    const cancel = new AbortController();
    setImmediate(() => cancel.abort());
    await expect(run({ inline: ['sleep 60'] }, { signal: cancel.signal })).rejects.toThrow(CancelledError);
  });

  it('is left out on other systems', async () => {
    expect(await run({ inline: ['echo no'], only_on: ['windows', 'darwin'] })).toEqual([
      'Skipping shell-local: this is linux, not windows or darwin',
    ]);
    expect((await run({ inline: ['echo yes'], only_on: ['linux'] })).slice(1)).toEqual(['stdout: yes']);
  });

  it('tells the post-processor whether anything ran', async () => {
    const told: string[] = [];
    const context = { say: (text: string) => told.push(text) } as never;
    expect(await runLocalScripts({ only_on: ['linux'] } as never, context, { platform: 'win32' })).toBe(false);
    expect(told).toEqual(['Skipping shell-local: this is windows, not linux']);
  });

  it.each<[Given, string[]]>([
    [{}, ['-: script/nothing-to-run']],
    [{ command: 'x', inline: ['y'] }, ['inline: script/more-than-one']],
    [{ script: 'none' }, ['script: script/missing']],
    [{ inline: ['x'], only_on: ['beos'] }, ['only_on: shell-local/unknown-system']],
    [{ inline: ['x'], use_linux_pathing: true }, ['use_linux_pathing: shell-local/linux-pathing-needs-file']],
    [{ inline: ['x'], environment_vars: ['A'] }, ['environment_vars: script/variable-invalid']],
  ])('refuses %j: %j', async (given, problems) => {
    expect(await problemsOf(shellLocal, given, folder)).toEqual(problems);
  });
});
