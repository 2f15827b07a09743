import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../builders/qemu/config.js';
import { collectArtifact } from '../../../builders/qemu/steps/collect-artifact.js';
import { convertDisk } from '../../../builders/qemu/steps/convert-disk.js';
import { copyDisk } from '../../../builders/qemu/steps/copy-disk.js';
import { copyEfiVariables } from '../../../builders/qemu/steps/copy-efi-variables.js';
import { createDisks } from '../../../builders/qemu/steps/create-disks.js';
import { createOutputDirectory } from '../../../builders/qemu/steps/create-output-directory.js';
import { findNeighbour } from '../../../builders/qemu/steps/find-guest-address.js';
import { findPrograms } from '../../../builders/qemu/steps/find-programs.js';
import { forwardPort } from '../../../builders/qemu/steps/forward-port.js';
import { makeCd } from '../../../builders/qemu/steps/make-cd.js';
import { makeFloppy } from '../../../builders/qemu/steps/make-floppy.js';
import { makeKey } from '../../../builders/qemu/steps/make-key.js';
import { prepareScreen } from '../../../builders/qemu/steps/prepare-screen.js';
import { resizeDisk } from '../../../builders/qemu/steps/resize-disk.js';
import { shutDown } from '../../../builders/qemu/steps/shut-down.js';
import { startMachine } from '../../../builders/qemu/steps/start-machine.js';
import { startTpm } from '../../../builders/qemu/steps/start-tpm.js';
import type { Communicator } from '../../../src/contract/communicator.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { FakeQemu, stepContext } from '../../support/fake-qemu.js';
import { nowhere } from '../../support/fake-plan.js';
import { readFloppy } from '../../support/read-floppy.js';
import { readIso } from '../../support/read-iso.js';

let folder: string;
let driver: FakeQemu;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-steps-'));
  driver = new FakeQemu();
});
afterEach(() => rm(folder, { recursive: true }));

const output = () => ({
  shown: 'out',
  path: join(folder, 'out'),
  resource: undefined as never,
  before: { discard: () => Promise.resolve() },
});
const state = (more: object = {}) => ({
  driver,
  qemu: { binary: '/usr/bin/qemu', version: 7 },
  output: output(),
  privateFolder: folder,
  imagePath: '/i/base.qcow2',
  imageUrl: '/i/base.qcow2',
  disks: [main()],
  diskFormat: 'qcow2',
  results: [main()],
  ...more,
});
const main = () => join(folder, 'out/packer-a');

describe('create disks', () => {
  it.each<[string, Partial<Config>, (disk: string) => string[][]]>([
    ['an installer gets an empty disk', { disk_size: '10G' }, (disk) => [['create', '-f', 'qcow2', disk, '10G']]],
    [
      'further disks and arguments',
      {
        disk_additional_size: ['1G', '2G'],
        format: 'raw',
        qemu_img_args: { create: ['-o', 'x=y'], convert: [], resize: [] },
      },
      (disk) => [
        ['create', '-f', 'raw', '-o', 'x=y', disk, '40960M'],
        ['create', '-f', 'raw', '-o', 'x=y', `${disk}-1`, '1G'],
        ['create', '-f', 'raw', '-o', 'x=y', `${disk}-2`, '2G'],
      ],
    ],
    [
      'a backing file is declared in its own format',
      { disk_image: true, use_backing_file: true, disk_size: '5G' },
      (disk) => [['create', '-f', 'qcow2', '-b', '/i/base.qcow2', '-F', 'vmdk', disk, '5G']],
    ],
    [
      'a disk that is rewritten in the end lies over its image until then',
      { disk_image: true },
      (disk) => [['create', '-f', 'qcow2', '-b', '/i/base.qcow2', '-F', 'vmdk', disk]],
    ],
    ['a disk that is copied is made later', { disk_image: true, skip_compaction: true }, () => []],
  ])('%s', async (_what, values, calls) => {
    driver.info = { format: 'vmdk', virtualSize: 1 };
    await createDisks(stepContext(folder, values).context, state());
    expect(driver.calls).toEqual(calls(main()));
  });
});

describe('copy disk', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'base.qcow2'), 'disk', { mode: 0o400 });
  });
  const copy = (values: Partial<Config>, name: string) =>
    copyDisk(
      stepContext(folder, { disk_image: true, skip_compaction: true, ...values }).context,
      state({ imagePath: join(folder, name), disks: [main()] }),
    );

  it('copies byte by byte what has the right extension, writable', async () => {
    await copy({}, 'base.qcow2');
    expect(await readFile(main(), 'utf8')).toBe('disk');
    expect((await stat(main())).mode & 0o777).toBe(0o644);
    expect(driver.calls).toEqual([]);
  });

  it('converts what has another one, or where arguments ask for it', async () => {
    await copy({ format: 'raw' }, 'base.qcow2');
    await copy({ qemu_img_args: { convert: ['-p'], create: [], resize: [] } }, 'base.qcow2');
    expect(driver.calls).toEqual([
      ['convert', '-O', 'raw', join(folder, 'base.qcow2'), main()],
      ['convert', '-p', '-O', 'qcow2', join(folder, 'base.qcow2'), main()],
    ]);
  });
});

describe('resize disk', () => {
  const resize = (values: Partial<Config>) =>
    resizeDisk(stepContext(folder, { disk_image: true, ...values }).context, state({ disks: [main()] }));

  it('grows a disk image', async () => {
    await resize({ disk_size: '2G' });
    await resize({ disk_size: '4096' });
    expect(driver.calls).toEqual([
      ['resize', '-f', 'qcow2', main(), '2G'],
      ['resize', '-f', 'qcow2', main(), '4096M'],
    ]);
  });

  it('does nothing for an installer, on request, or where the size is right', async () => {
    await resize({ disk_image: false, disk_size: '2G' });
    await resize({ skip_resize_disk: true, disk_size: '2G' });
    await resize({ disk_size: '1G' });
    expect(driver.calls).toEqual([]);
  });

  it('shrinks only where the arguments allow it', async () => {
    await expect(resize({ disk_size: '512M' })).rejects.toMatchObject({ code: 'qemu/shrink-refused' });
    await resize({ disk_size: '512M', qemu_img_args: { resize: ['--shrink'], create: [], convert: [] } });
    expect(driver.calls).toEqual([['resize', '-f', 'qcow2', '--shrink', main(), '512M']]);
  });
});

describe('convert disk', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'out'));
    await writeFile(main(), 'old');
    await writeFile(`${main()}.convert`, 'new');
  });
  const convert = (values: Partial<Config>) =>
    convertDisk(stepContext(folder, values).context, state({ disks: [main()] }));

  it('rewrites the main disk and takes its place', async () => {
    await convert({ qemu_img_args: { convert: ['-W'], create: [], resize: [] } });
    expect(driver.calls).toEqual([['convert', '-W', '-O', 'qcow2', main(), `${main()}.convert`]]);
    expect(await readFile(main(), 'utf8')).toBe('new');
  });

  it('compresses on request', async () => {
    await convert({ disk_compression: true, skip_compaction: true });
    expect(driver.calls[0]?.slice(0, 2)).toEqual(['convert', '-c']);
  });

  it('leaves a disk alone that need not be rewritten', async () => {
    await convert({ skip_compaction: true });
    expect(await readFile(main(), 'utf8')).toBe('old');
  });

  it('tries again while the disk is locked, and not after another fault', async () => {
    const failure = (line: string) => new ImgpackError({ code: 'qemu/program-failed', text: 'x' }, { details: [line] });
    driver.failures.push(failure('Failed to get "write" lock'));
    await convert({});
    expect(driver.calls).toHaveLength(2);
    driver.failures.push(failure('No space left on device'));
    await expect(convert({})).rejects.toMatchObject({ code: 'qemu/program-failed' });
  });
});

describe('output directory', () => {
  it('must not exist, is replaced by force or where it is our own, and goes with its build: what was there comes back', async () => {
    await mkdir(join(folder, 'output-a'));
    await writeFile(join(folder, 'output-a/old'), '');
    const { context, resources } = stepContext(folder);
    await expect(createOutputDirectory(context)).rejects.toMatchObject({ code: 'qemu/output-directory-exists' });
    const made = await createOutputDirectory({ ...context, force: true });
    expect([made.output.shown, await readdir(made.output.path)]).toEqual(['output-a', []]);
    expect((await stat(made.privateFolder)).mode & 0o777).toBe(0o700);
    await resources.undo();
    expect([await readdir(folder), await readdir(join(folder, 'output-a'))]).toEqual([['output-a'], ['old']]);
  });

  it('is given up for good when the new one is complete', async () => {
    await mkdir(join(folder, 'output-a'));
    await writeFile(join(folder, 'output-a/old'), '');
    const { context, resources } = stepContext(folder);
    const made = await createOutputDirectory({ ...context, isOwnOutput: () => Promise.resolve(true) });
    await made.output.resource.keep();
    await made.output.before.discard();
    await resources.undo();
    expect([await readdir(folder), await readdir(join(folder, 'output-a'))]).toEqual([['output-a'], []]);
  });
});

describe('discs', () => {
  it('a CD holds files, folders and content, which wins', async () => {
    await mkdir(join(folder, 'd/sub/empty'), { recursive: true });
    await writeFile(join(folder, 'd/a.txt'), 'a');
    await writeFile(join(folder, 'd/sub/b.txt'), 'b');
    await writeFile(join(folder, 'user-data'), 'from a file');
    const read = async (values: Partial<Config>) => {
      const { extraCd } = await makeCd(stepContext(folder, values).context, state());
      return readIso(await readFile(extraCd as string));
    };
    const whole = await read({
      cd_files: ['user-data', 'd'],
      cd_content: { 'user-data': 'from content', 'x/y': 'z' },
      cd_label: 'cidata',
    });
    expect(whole).toMatchObject({
      label: 'cidata',
      rockRidge: { 'user-data': 'from content', 'd/a.txt': 'a', 'd/sub/b.txt': 'b', 'x/y': 'z' },
      folders: ['d', 'd/sub', 'd/sub/empty', 'x'],
    });
    for (const pattern of ['d/*', 'd/']) {
      expect((await read({ cd_files: [pattern] })).rockRidge).toEqual({ 'a.txt': 'a', 'sub/b.txt': 'b' });
    }
    await expect(read({ cd_files: ['no*thing'] })).rejects.toMatchObject({ code: 'media/nothing-matches' });
  });

  it('a floppy disk has files in its root, and folders with their structure', async () => {
    await mkdir(join(folder, 'd/sub'), { recursive: true });
    await writeFile(join(folder, 'd/a.txt'), 'a');
    await writeFile(join(folder, 'd/sub/b.txt'), 'b');
    const values = { floppy_files: ['d'], floppy_dirs: ['d'], floppy_content: { 'd/a.txt': 'new' } };
    const { floppy } = await makeFloppy(stepContext(folder, values).context, state());
    expect(readFloppy(await readFile(floppy as string))).toEqual({
      label: 'packer',
      files: { 'a.txt': 'a', 'b.txt': 'b', 'd/a.txt': 'new', 'd/sub/b.txt': 'b' },
    });
  });

  it('are not made without files', async () => {
    expect(await makeCd(stepContext(folder).context, state())).toEqual({});
    expect(await makeFloppy(stepContext(folder).context, state())).toEqual({});
  });
});

describe('ports', () => {
  it('one is forwarded, within its range, and reserved until the end', async () => {
    const { context, resources } = stepContext(folder, {
      host_port_min: 23_500,
      host_port_max: 23_600,
      ssh_port: 2022,
    });
    const { forward } = await forwardPort(context);
    expect(forward?.guest).toBe(2022);
    expect(forward?.host).toBeGreaterThanOrEqual(23_500);
    expect(forward?.host).toBeLessThan(23_600);
    expect(resources.left()).toEqual([`lock of port ${forward?.host}`]);
    await resources.undo();
  });

  it.each<[Partial<Config>, object]>([
    [{ communicator: 'none' }, {}],
    [{ net_bridge: 'br0' }, {}],
    [{ skip_nat_mapping: true, ssh_port: 2022 }, { forward: { host: 2022, guest: 2022 } }],
  ])('%j needs none', async (values, expected) => {
    expect(await forwardPort(stepContext(folder, values).context)).toEqual(expected);
  });

  it('the screen has one, and a password of eight characters where wanted', async () => {
    const { context, said, resources } = stepContext(folder, { vnc_use_password: true, headless: true });
    const { vncPort, vncPassword } = await prepareScreen(context);
    expect(said[0]).toBe(`the screen can be seen at vnc://127.0.0.1:${vncPort}`);
    expect(vncPassword).toMatch(/^[\w-]{8}$/);
    await resources.undo();
  });
});

describe('temporary key', () => {
  it('is made unless there is another way in', async () => {
    const { keyPair } = await makeKey(stepContext(folder).context, {});
    expect(keyPair?.publicKey).toMatch(/^ssh-ed25519 /);
    expect(await makeKey(stepContext(folder, { ssh_private_key_file: 'k' }).context, {})).toEqual({});
    expect(await makeKey(stepContext(folder, { ssh_agent_auth: true }).context, {})).toEqual({});
    expect(await makeKey(stepContext(folder, { communicator: 'none' }).context, {})).toEqual({});
  });
});

describe('firmware', () => {
  it('variables are copied, writable, into the output directory', async () => {
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'c.fd'), 'code');
    await writeFile(join(folder, 'v.fd'), 'vars', { mode: 0o444 });
    const values = { efi_firmware_code: 'c.fd', efi_firmware_vars: 'v.fd' };
    const { efi } = await copyEfiVariables(stepContext(folder, values).context, state());
    expect(efi).toEqual({ code: join(folder, 'c.fd'), variables: join(folder, 'out/efivars.fd') });
    expect(await readFile(efi?.variables as string, 'utf8')).toBe('vars');
    expect((await stat(efi?.variables as string)).mode & 0o777).toBe(0o660);
  });

  it('that is missing is named', async () => {
    const { context } = stepContext(folder, { efi_firmware_code: 'none.fd' });
    await expect(copyEfiVariables(context, state())).rejects.toMatchObject({
      code: 'qemu/efi-firmware-missing',
      message: expect.stringContaining('none.fd') as string,
    });
  });

  it('the TPM emulator gets a private folder', async () => {
    const { tpmSocket } = await startTpm(stepContext(folder, { vtpm: true }).context, state());
    const dir = join(folder, 'tpm');
    expect(tpmSocket).toBe(join(dir, 'vtpm.sock'));
    expect(driver.calls).toEqual([
      [
        '/usr/bin/swtpm',
        'socket',
        '--tpmstate',
        `dir=${dir}`,
        '--ctrl',
        `type=unixio,path=${tpmSocket}`,
        '--tpm2',
        `(${tpmSocket})`,
      ],
    ]);
    expect(await startTpm(stepContext(folder).context, state())).toEqual({});
  });
});

describe('start machine', () => {
  const start = (values: Partial<Config> = {}, more: object = {}) =>
    startMachine(stepContext(folder, { headless: true, ...values }).context, {
      ...state(),
      disks: [main()],
      accelerator: 'tcg',
      hostAddress: '10.0.2.2',
      httpPort: 8123,
      forward: { host: 2300, guest: 22 },
      vncPort: 5900,
      ...more,
    } as never);

  it('renders qemuargs with what is known by then', async () => {
    const row = ['-fw_cfg', 'http://{{ .HTTPIP }}:{{ .HTTPPort }}/{{ .Name }} {{ .SSHHostPort }} {{ .OutputDir }}'];
    await start({ qemuargs: [row] });
    expect(driver.calls[0]).toContain('http://10.0.2.2:8123/packer-a 2300 out');
  });

  it('gives the installer and then the extra CD', async () => {
    await start({}, { extraCd: '/t/cd.iso', imagePath: '/i/i.iso' });
    expect(driver.calls[0]?.filter((arg) => arg.endsWith('media=cdrom'))).toEqual([
      'file=/i/i.iso,media=cdrom',
      'file=/t/cd.iso,media=cdrom',
    ]);
  });

  it('sets the password of the screen', async () => {
    await start({ vnc_use_password: true }, { vncPassword: 'secret' });
    expect(driver.commands).toEqual([{ command: 'change-vnc-password', args: { password: 'secret' } }]);
    expect(driver.calls[0]).toContain(`unix:${join(folder, 'out/packer-a.monitor')},server,nowait`);
  });

  it('tells what QEMU said when it ends at once', async () => {
    driver.output = ['qemu: -drive x: no such file'];
    driver.connectMonitor = () => {
      driver.stop(undefined, { code: 1, signal: null });
      return Promise.reject(new Error('gone'));
    };
    await expect(start()).rejects.toMatchObject({
      code: 'qemu/qemu-ended',
      message: 'QEMU ended right after its start: exit code 1',
      details: ['qemu: -drive x: no such file'],
    });
  });

  it.each([
    ['guest-shutdown', { code: 0, signal: null }, 'the machine powered itself off'],
    ['guest-panic', { code: 0, signal: null }, 'the operating system of the machine crashed'],
    [undefined, { code: null, signal: 'SIGKILL' as const }, 'QEMU ended with SIGKILL: last words'],
    [undefined, { code: 1, signal: null }, 'QEMU ended with exit code 1: last words'],
  ])('knows why the machine ended: %s', async (reason, exit, expected) => {
    driver.output = ['last words'];
    const { ended } = await start();
    driver.stop(reason, exit);
    expect(await ended).toBe(expected);
  });
});

describe('shut down', () => {
  const shut = (values: Partial<Config>, run: Communicator['run'] = nowhere.run) => {
    const { context, said } = stepContext(folder, values);
    const machine = { running: driver.running, monitor: driver.monitor, communicator: { ...nowhere, run } };
    return { done: shutDown(context, machine as never), said };
  };

  it('runs the command and waits; its exit status does not count', async () => {
    const ran: string[] = [];
    const { done, said } = shut({ shutdown_command: 'poweroff' }, (command) => {
      ran.push(command);
      setImmediate(() => driver.stop('guest-shutdown'));
      return Promise.resolve({ exitCode: 1, disconnected: true });
    });
    await done;
    expect([ran, said, driver.commands]).toEqual([['poweroff'], ['shutting the machine down'], []]);
  });

  it('does not need the command to come back', async () => {
    const { done } = shut({ shutdown_command: 'poweroff' }, () => {
      setImmediate(() => driver.stop('guest-shutdown'));
      return new Promise(() => undefined);
    });
    await done;
  });

  it('is an error where the machine stays on', async () => {
    const { done } = shut({ shutdown_command: 'true', shutdown_timeout: 20 });
    await expect(done).rejects.toMatchObject({ code: 'qemu/shutdown-timeout' });
  });

  it('presses the power button without a command', async () => {
    driver.onCommand = () => driver.stop('guest-shutdown');
    const { done } = shut({});
    await done;
    expect(driver.commands.map(({ command }) => command)).toEqual(['system_powerdown']);
  });

  it('switches a machine off that ignores it', async () => {
    driver.onCommand = (command) => command === 'quit' && driver.stop('host-qmp-quit');
    const { done, said } = shut({ shutdown_timeout: 20 });
    await done;
    expect(said.at(-1)).toBe('the machine ignores its power button and is switched off');
  });

  it('waits for a machine without a communicator', async () => {
    const { done } = shut({ communicator: 'none' });
    driver.stop('guest-shutdown');
    await done;
    expect(driver.commands).toEqual([]);
  });
});

it('what cannot be done yet ends with an error that says so, before anything is made', async () => {
  const cases: [Partial<Config>, string][] = [
    [{ boot_command: ['<enter>'] }, 'qemu/boot-command-unsupported'],
    [{ boot_steps: [['<enter>', 'go']] }, 'qemu/boot-command-unsupported'],
    [{ communicator: 'winrm' }, 'qemu/winrm-unsupported'],
  ];
  for (const [values, code] of cases) {
    const { context, resources } = stepContext(folder, values);
    await expect(findPrograms(context, {}, driver)).rejects.toMatchObject({ code });
    await resources.undo();
    expect(await readdir(folder)).toEqual([]);
  }
});

it('a machine with WinRM is refused before anything is made', async () => {
  const found = findPrograms(stepContext(folder, { communicator: 'winrm' }).context, {}, driver);
  await expect(found).rejects.toMatchObject({ code: 'qemu/winrm-unsupported' });
});

it('a neighbour on the bridge is found once it is complete', () => {
  const table = `IP address       HW type     Flags       HW address            Mask     Device
10.0.0.5         0x1         0x0         52:54:00:12:34:56     *        br0
10.0.0.6         0x1         0x2         52:54:00:12:34:56     *        eth0
10.0.0.7         0x1         0x2         52:54:00:12:34:56     *        br0
`;
  expect(findNeighbour(table, '52:54:00:12:34:56'.toUpperCase(), 'br0')).toBe('10.0.0.7');
  expect(findNeighbour(table, '52:54:00:12:34:57', 'br0')).toBeUndefined();
});

describe('the artifact', () => {
  const collect = async (values: Partial<Config>) => {
    const { context, resources } = stepContext(folder, { output_directory: 'out', ...values });
    const { output: made } = await createOutputDirectory(context);
    for (const name of ['packer-a', 'packer-a-1', 'efivars.fd', 'packer-a.monitor']) {
      await writeFile(join(made.path, name), '');
    }
    await mkdir(join(made.path, 'logs'));
    await writeFile(join(made.path, 'logs/x'), '');
    const { artifact } = await collectArtifact(context, {
      ...state({ output: made }),
      disks: [main(), `${main()}-1`],
      results: [main(), `${main()}-1`],
      accelerator: 'kvm',
      machine: {
        connection: { type: 'ssh', host: '127.0.0.1', port: 2300, username: 'root' },
        values: { PackerHTTPIP: '10.0.2.2' },
      },
    } as never);
    await resources.undo();
    return artifact;
  };

  it('is every file in the output directory, which stays', async () => {
    expect(await collect({ qmp_enable: true })).toEqual({
      builderId: 'transcend.qemu',
      id: 'VM',
      files: ['out/efivars.fd', 'out/logs/x', 'out/packer-a', 'out/packer-a-1'],
      description: 'files of the machine in out',
      values: { Host: '127.0.0.1', Port: 2300, User: 'root', Password: '', ConnType: 'ssh', PackerHTTPIP: '10.0.2.2' },
      state: {
        diskName: 'packer-a',
        diskPaths: ['out/packer-a', 'out/packer-a-1'],
        diskType: 'qcow2',
        diskSize: '40960M',
        domainType: 'kvm',
        SourceImageURL: '/i/base.qcow2',
      },
      remove: [{ kind: 'local-directory', args: { path: join(folder, 'out') }, token: '', data: { any: true } }],
    });
    expect(await readdir(join(folder, 'out'))).toHaveLength(4);
  });

  it('may leave the UEFI variables out', async () => {
    expect((await collect({ efi_drop_efivars: true })).files).not.toContain('out/efivars.fd');
  });
});
