import { setTimeout as delay } from 'node:timers/promises';
import { join, resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { commandLine } from '../command-line.js';
import type { Config } from '../config.js';
import type { RunningQemu } from '../driver.js';
import { messages } from '../messages.js';
import type { Monitor } from '../qmp.js';
import { hasMonitorSocket, machineName, memory } from '../settings.js';
import type { Efi } from './copy-efi-variables.js';
import type { Disks } from './create-disks.js';
import type { Folders } from './create-output-directory.js';
import type { Programs } from './find-programs.js';
import type { Forward } from './forward-port.js';
import type { SourceImage } from './obtain-image.js';
import type { Screen } from './prepare-screen.js';
import type { WebServer } from './serve-http.js';

export interface Started {
  readonly running: RunningQemu;
  readonly monitor: Monitor;
  /** Resolves with the reason when the machine is no longer there. */
  readonly ended: Promise<string>;
  readonly serialLog: string;
  /** The whole command line, for a restart of the same machine. */
  readonly commandLine: readonly string[];
}

type Before = Programs &
  SourceImage &
  Folders &
  Disks &
  WebServer &
  Forward &
  Screen &
  Efi & {
    readonly accelerator: string;
    readonly tpmSocket?: string;
    readonly floppy?: string;
    readonly extraCd?: string;
  };

/** Starts QEMU and opens the connection to its monitor. */
export async function startMachine(context: BuilderContext<Config>, state: Before): Promise<Started> {
  const { config, build } = context;
  const { driver, qemu, output, privateFolder } = state;
  const name = machineName(config, build);
  const internal = { monitorSocket: join(privateFolder, 'qmp.sock'), serialLog: join(privateFolder, 'serial.log') };
  const args = commandLine(
    config,
    {
      name,
      accelerator: state.accelerator,
      qemuVersion: qemu.version,
      memory: memory(config),
      disks: state.disks,
      cds: [...(config.disk_image ? [] : [state.imagePath]), ...(state.extraCd === undefined ? [] : [state.extraCd])],
      floppy: state.floppy,
      forward: state.forward,
      vncPort: state.vncPort,
      monitorSocket: hasMonitorSocket(config) ? resolveSocket(context, output.path, name) : undefined,
      efi: state.efi,
      tpmSocket: state.tpmSocket,
      internal,
    },
    renderArguments(context, state, name),
  );
  context.say('starting the machine');
  const { value: running } = await driver.startQemu(qemu.binary, args);
  const monitor = await driver.connectMonitor(internal.monitorSocket, running).catch(async (error: unknown) => {
    throw await startFailure(error, running);
  });
  if (state.vncPassword !== undefined) {
    await monitor.execute('change-vnc-password', { password: state.vncPassword });
  }
  const ended = endOf(running, monitor);
  return { running, monitor, ended, serialLog: internal.serialLog, commandLine: [qemu.binary, ...args] };
}

function resolveSocket({ config, workingDirectory }: BuilderContext<Config>, output: string, name: string): string {
  return config.qmp_socket_path ? resolve(workingDirectory, config.qmp_socket_path) : join(output, `${name}.monitor`);
}

function renderArguments({ config, render }: BuilderContext<Config>, state: Before, name: string): string[][] {
  const data = {
    HTTPIP: state.hostAddress,
    HTTPPort: state.httpPort,
    HTTPDir: config.http_directory ?? '',
    HTTPContent: config.http_content,
    OutputDir: state.output.shown,
    Name: name,
    SSHHostPort: state.forward?.host ?? 0,
  };
  return config.qemuargs.map((row) => row.map((word) => render(word, data)));
}

/** Milliseconds in which a QEMU whose monitor broke ends, where it ends: the monitor closes a moment before. */
const EXIT_MILLISECONDS = 2000;

/** A QEMU that ended at once says why itself. */
async function startFailure(error: unknown, running: RunningQemu): Promise<unknown> {
  const exit = await Promise.race([running.exited, delay(EXIT_MILLISECONDS, undefined, { ref: false })]);
  if (!exit) return error;
  const { code, signal } = exit;
  const reason = signal ? `ended by ${signal}` : `exit code ${code}`;
  return new ImgpackError(messages.qemuEnded(reason), { cause: error, details: running.output() });
}

/** The reason comes with an event shortly before the process ends. */
async function endOf(running: RunningQemu, monitor: Monitor): Promise<string> {
  let reason: string | undefined;
  monitor.onEvent(({ event, data }) => {
    if (event === 'SHUTDOWN') reason = describeShutdown(String(data?.['reason'] ?? ''));
    if (event === 'GUEST_PANICKED') reason = 'the operating system of the machine crashed';
  });
  const { code, signal } = await running.exited;
  const last = running.output().at(-1);
  if (reason !== undefined && code === 0) return reason;
  return `QEMU ended with ${signal ?? `exit code ${code}`}${last === undefined ? '' : `: ${last}`}`;
}

function describeShutdown(reason: string): string {
  switch (reason) {
    case 'guest-shutdown':
      return 'the machine powered itself off';
    case 'guest-panic':
      return 'the operating system of the machine crashed';
    case 'host-signal':
    case 'host-ui':
    case 'host-qmp-quit':
      return 'the machine was switched off from outside';
    default:
      return `the machine ended (${reason || 'no reason given'})`;
  }
}
