import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import shell from '../../provisioners/shell/index.js';
import { convert } from '../../provisioners/shell/script.js';
import { connect } from '../../src/communicators/connect.js';
import { EXIT_CODE_DISCONNECTED, type Communicator } from '../../src/contract/communicator.js';
import { catalogue, CancelledError, ImgpackError } from '../../src/messages/message.js';
import { connecting, failure } from '../support/connecting.js';
import { fakeCommunicator, problemsOf, provision } from '../support/provisioning.js';
import { Relay } from '../support/relay.js';
import { Sshd } from '../support/sshd.js';

const remote = { remote_path: '/tmp/s.sh' };
const fault = catalogue('ssh', { connectionLost: () => ({ text: 'it is restarting' }) });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-shell-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the `shell` provisioner asks a machine', () => {
  it('to take the script, run it and remove it', async () => {
    const communicator = fakeCommunicator((command) => (command.startsWith('chmod') ? { lines: ['out'] } : undefined));
    const told = await provision(shell, { ...remote, inline: ['echo a', 'echo b'] }, { communicator });
    expect(communicator.asked).toEqual([
      'upload "#!/bin/sh -e\\necho a\\necho b\\n" to /tmp/s.sh 755',
      "run chmod +x /tmp/s.sh; PACKER_BUILDER_TYPE='null' PACKER_BUILD_NAME='a'  /tmp/s.sh",
      'run rm -f /tmp/s.sh',
    ]);
    expect(told).toEqual(['Provisioning with shell script: /tmp/s.sh', 'stdout: out']);
  });

  it('with the command, variables and values that the template gives', async () => {
    const communicator = fakeCommunicator();
    await provision(
      shell,
      {
        ...remote,
        inline: ['echo {{ .ID }}'],
        execute_command: "echo '{{ .Password }}' | {{ .Vars }} sudo -S sh {{ .Path }}",
        environment_vars: ['B=2', 'A=x=y'],
        env: { B: "it's", PACKER_BUILD_NAME: 'mine' },
        env_var_format: '%s="%s" ',
      },
      { communicator, values: { ID: 'i-1', Password: 'pw', PackerHTTPAddr: '10.0.2.2:80', PackerHTTPIP: 'ERR_X' } },
    );
    expect(communicator.asked).toEqual([
      'upload "#!/bin/sh -e\\necho i-1\\n" to /tmp/s.sh 755',
      `run echo 'pw' | A="x=y" B="it'"'"'s" PACKER_BUILDER_TYPE="null" PACKER_BUILD_NAME="mine" PACKER_HTTP_ADDR="10.0.2.2:80"  sudo -S sh /tmp/s.sh`,
      'run rm -f /tmp/s.sh',
    ]);
  });

  it('to read the variables from a file where that is wanted', async () => {
    const communicator = fakeCommunicator();
    await provision(
      shell,
      { ...remote, remote_folder: '/run', inline: ['x'], use_env_var_file: true },
      { communicator },
    );
    const [upload = ''] = communicator.asked;
    const file = /\/run\/varfile_\d+\.sh/.exec(upload)?.[0] as string;
    expect(communicator.asked).toEqual([
      `upload "export PACKER_BUILDER_TYPE='null'\\nexport PACKER_BUILD_NAME='a'\\n" to ${file} 600`,
      'upload "#!/bin/sh -e\\nx\\n" to /tmp/s.sh 755',
      `run chmod +x /tmp/s.sh; . ${file} && /tmp/s.sh`,
      'run rm -f /tmp/s.sh',
      `run rm -f ${file}`,
    ]);
  });

  it('to run files in their order, as they are where they are binary', async () => {
    writeFileSync(join(folder, 'one.sh'), 'a\r\nb');
    writeFileSync(join(folder, 'two.sh'), 'c');
    const ask = async (binary: boolean) => {
      const communicator = fakeCommunicator();
      const told = await provision(
        shell,
        { ...remote, scripts: ['one.sh', 'two.sh'], binary },
        { communicator, workingDirectory: folder },
      );
      return [...told, ...communicator.asked.filter((line) => line.startsWith('upload'))];
    };
    const said = ['Provisioning with shell script: one.sh', 'Provisioning with shell script: two.sh'];
    expect(await ask(false)).toEqual([...said, 'upload "a\\nb\\n" to /tmp/s.sh 755', 'upload "c\\n" to /tmp/s.sh 755']);
    expect(await ask(true)).toEqual([...said, 'upload "a\\r\\nb" to /tmp/s.sh 755', 'upload "c" to /tmp/s.sh 755']);
  });

  it('to keep what it got with `skip_clean`', async () => {
    const communicator = fakeCommunicator();
    await provision(shell, { ...remote, inline: ['x'], skip_clean: true, use_env_var_file: true }, { communicator });
    expect(communicator.asked.filter((line) => line.startsWith('run rm'))).toEqual([]);
  });

  it.each([
    ['no shebang of its own', ['echo'], undefined, '#!/bin/sh -e\necho\n'],
    ['one of its own', ['#!/usr/bin/python3', 'print(1)'], undefined, '#!/usr/bin/python3\nprint(1)\n'],
    ['one that the template sets', ['#!/bin/sh', 'x'], '/bin/bash', '#!/bin/bash\n#!/bin/sh\nx\n'],
  ])('with an inline script that has %s', async (_what, inline, inline_shebang, script) => {
    const communicator = fakeCommunicator();
    await provision(shell, { ...remote, inline, ...(inline_shebang && { inline_shebang }) }, { communicator });
    expect(communicator.asked[0]).toBe(`upload ${JSON.stringify(script)} to /tmp/s.sh 755`);
  });
});

describe('the `shell` provisioner judges', () => {
  const ending = (exitCode: number) =>
    fakeCommunicator((command) => (command.startsWith('rm') ? undefined : { exitCode }));

  it('exit codes by `valid_exit_codes`', async () => {
    const run = (code: number, valid: number[]) =>
      provision(shell, { ...remote, inline: ['x'], valid_exit_codes: valid }, { communicator: ending(code) });
    await run(3, [0, 3]);
    const error = await failure(run(4, [0, 3]));
    expect([error.code, error.message]).toEqual(['script/failed', 'the script `/tmp/s.sh` ended with exit code 4']);
    expect(error.hint).toContain('allows 0, 3');
    expect((await failure(run(0, [1]))).code).toBe('script/failed');
  });

  it('a session without exit code by `expect_disconnect` alone', async () => {
    const run = (expect_disconnect: boolean) =>
      provision(
        shell,
        { ...remote, inline: ['reboot'], expect_disconnect, valid_exit_codes: [EXIT_CODE_DISCONNECTED] },
        { communicator: ending(EXIT_CODE_DISCONNECTED) },
      );
    await run(true);
    expect((await failure(run(false))).code).toBe('shell/disconnected');
  });

  it('a machine that is away as one that comes back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 1000 });
    onTestFinished(() => void vi.useRealTimers());
    let left = 3;
    const communicator = fakeCommunicator(undefined, () =>
      left-- > 0 ? new ImgpackError(fault.connectionLost()) : undefined,
    );
    await provision(shell, { ...remote, inline: ['x'] }, { communicator });
    expect(communicator.asked.filter((line) => line.startsWith('upload'))).toHaveLength(4);
  });

  it('a machine that stays away by `start_retry_timeout`', async () => {
    const communicator = fakeCommunicator(undefined, () => new ImgpackError(fault.connectionLost()));
    const error = await failure(
      provision(shell, { ...remote, inline: ['x'], start_retry_timeout: 1 }, { communicator }),
    );
    expect([error.code, error.message]).toEqual([
      'shell/not-started',
      'the script `/tmp/s.sh` could not be started within 1ms: it is restarting',
    ]);
  });

  it('a file that cannot be removed as a failure', async () => {
    const communicator = fakeCommunicator((command) =>
      command.startsWith('rm') ? { exitCode: 1, lines: ['no permission'] } : undefined,
    );
    const error = await failure(
      provision(shell, { ...remote, inline: ['x'], start_retry_timeout: 1 }, { communicator }),
    );
    expect(error.code).toBe('shell/not-removed');
    expect(error.message).toContain('no permission');
  });

  it('no communicator as a failure at once', async () => {
    const communicator = await connect({ type: 'none' }, connecting());
    expect((await failure(provision(shell, { inline: ['x'] }, { communicator }))).code).toBe(
      'connection/no-transfer-without-communicator',
    );
  });
});

describe('the `shell` provisioner refuses', () => {
  it.each([
    [{}, ['-: script/nothing-to-run']],
    [{ inline: ['x'], script: 'none.sh' }, ['script: script/more-than-one', 'script: script/missing']],
    [{ script: 'none.sh' }, ['script: script/missing']],
    [{ scripts: ['.'] }, ['scripts: script/missing']],
    [
      { inline: ['x'], environment_vars: ['A', '=b', 'C='] },
      ['environment_vars: script/variable-invalid', 'environment_vars: script/variable-invalid'],
    ],
    [{ inline: ['x'], environment_vars: ['A=1'] }, []],
  ])('%j: %j', async (given, problems) => {
    expect(await problemsOf(shell, given, folder)).toEqual(problems);
  });
});

describe('the `shell` provisioner in a real machine', () => {
  let sshd: Sshd;
  let communicator: Communicator;
  beforeAll(async () => {
    sshd = await Sshd.start();
    communicator = await connect(sshd.target(), connecting());
  });
  afterAll(async () => {
    await communicator.close();
    await sshd.stop();
  });
  const inFolder = () => ({ remote_folder: folder, remote_file: 's.sh' });

  it.each([
    ['the standard command', {}],
    ['a command of the template', { execute_command: 'chmod +x {{.Path}}; {{.Vars}} sh {{.Path}}' }],
    ['a file of variables', { use_env_var_file: true }],
  ])('runs scripts and leaves nothing behind, with %s', async (_what, more) => {
    const told = await provision(
      shell,
      {
        ...inFolder(),
        ...more,
        inline: ['echo "$0 $Q"', 'cat', 'echo err >&2', 'echo "${PACKER_BUILD_NAME}"'],
        env: { Q: 'it\'s "$HOME" `x` \\ \n 2' },
      },
      { communicator },
    );
    const path = join(folder, 's.sh');
    expect([...told].sort()).toEqual(
      [
        `Provisioning with shell script: ${path}`,
        `stdout: ${path} it's "$HOME" \`x\` \\ `,
        'stdout:  2',
        'stdout: a',
        'stderr: err',
      ].sort(),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([0, 1, 42])('gives exit code %i as it is, and removes the script', async (code) => {
    await provision(shell, { ...inFolder(), inline: [`exit ${code}`], valid_exit_codes: [code] }, { communicator });
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps the script with `skip_clean`, with its bytes and mode 0755', async () => {
    const own = mkdtempSync(join(tmpdir(), 'imgpack-binary-'));
    onTestFinished(() => rm(own, { recursive: true, force: true }));
    const bytes = Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), Buffer.from([0, 1, 255, 4, 13, 10, 3])]);
    writeFileSync(join(own, 'tool'), bytes);
    await provision(
      shell,
      { ...inFolder(), script: join(own, 'tool'), binary: true, skip_clean: true },
      { communicator },
    );
    const told = await provision(
      shell,
      { inline: [`stat -c %a ${folder}/s.sh`, `cmp ${folder}/s.sh ${own}/tool && echo same`] },
      { communicator },
    );
    expect(told.slice(1)).toEqual(['stdout: 755', 'stdout: same']);
  });

  it('says why a script could not be written', async () => {
    const more = { remote_path: `${folder}/no/s.sh`, start_retry_timeout: 1 };
    for (const execute_command of [undefined, 'sh {{.Path}}']) {
      const run = provision(
        shell,
        { ...more, inline: ['x'], ...(execute_command && { execute_command }) },
        { communicator },
      );
      const error = await failure(run);
      expect(error.code).toBe('shell/not-started');
      expect(error.message).toMatch(/nonexistent|no such file/i);
    }
  });

  it('takes a session that is cut off as success where that is expected, and removes the script later', async () => {
    const relay = await Relay.start(sshd.port);
    const cut = await connect(sshd.target({ port: relay.port }), connecting());
    onTestFinished(async () => {
      await cut.close();
      await relay.stop();
    });
    const severed: Communicator = {
      ...cut,
      run: (command, options) =>
        cut.run(command, {
          ...options,
          onLine(stream, line) {
            options?.onLine?.(stream, line);
            if (line === 'now') relay.cut();
          },
        }),
    };
    const inline = ['echo now', 'sleep 60'];
    await provision(shell, { ...inFolder(), inline, expect_disconnect: true }, { communicator: severed });
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends when it is cancelled', async () => {
    const cancel = new AbortController();
    const watching: Communicator = {
      ...communicator,
      run: (command, options) =>
        communicator.run(command, {
          ...options,
          onLine(stream, line) {
            options?.onLine?.(stream, line);
            if (line === 'begun') cancel.abort();
          },
        }),
    };
    const run = provision(
      shell,
      { ...inFolder(), inline: ['echo begun', 'sleep 60'] },
      { communicator: watching, signal: cancel.signal },
    );
    await expect(run).rejects.toThrow(CancelledError);
  });
});

describe('line ends', () => {
  it('become those of Unix, and bytes that are no text stay', () => {
    const bytes = Buffer.from([0xff, 0x0d, 0x0a, 0xc3, 0x0d]);
    expect(convert({ binary: false }, bytes)).toEqual(Buffer.from([0xff, 0x0a, 0xc3, 0x0d, 0x0a]));
    expect(convert({ binary: true }, bytes)).toBe(bytes);
    expect(convert({ binary: false }, Buffer.alloc(0))).toEqual(Buffer.alloc(0));
  });
});
