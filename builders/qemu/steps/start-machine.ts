import { setTimeout as delay } from 'node:timers/promises';
import { join, resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { CancelledError, ImgpackError } from '../../../src/messages/message.js';
import { commandLine, machineOf, type MachineFacts } from '../command-line.js';
import type { Config } from '../config.js';
import type { RunningQemu } from '../driver.js';
import { messages } from '../messages.js';
import type { Monitor } from '../qmp.js';
import { hasMonitorSocket, machineName, memory } from '../settings.js';
import { incoming } from '../memory-file.js';
import type { Efi } from './copy-efi-variables.js';
import type { Disks } from './create-disks.js';
import type { Folders } from './create-output-directory.js';
import type { Programs } from './find-programs.js';
import type { Forward } from './forward-port.js';
import type { Origin } from './look-at-state.js';
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
  /** Its arguments without paths and ports. */
  readonly machineArguments: readonly string[];
}

type Before = Programs &
  SourceImage &
  Folders &
  Disks &
  WebServer &
  Forward &
  Screen &
  Efi &
  Origin & {
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
  const facts: MachineFacts = {
    name,
    accelerator: state.accelerator,
    qemuVersion: qemu.version,
    memory: memory(config),
    disks: state.disks,
    diskFormat: state.diskFormat,
    cds: [...(config.disk_image ? [] : [state.imagePath]), ...(state.extraCd === undefined ? [] : [state.extraCd])],
    floppy: state.floppy,
    forward: state.forward,
    vncPort: state.vncPort,
    monitorSocket: hasMonitorSocket(config) ? resolveSocket(context, output.path, name) : undefined,
    efi: state.efi,
    tpmSocket: state.tpmSocket,
    internal,
  };
  const args = commandLine(config, facts, renderArguments(context, state, name));
  const machineArguments = machineOf(config, facts);
  const memoryFrom = await savedMemory(state, machineArguments);
  context.say(memoryFrom === undefined ? 'starting the machine' : 'restoring the machine');
  const { value: running } = await driver.startQemu(qemu.binary, [
    ...args,
    ...(memoryFrom === undefined ? [] : ['-incoming', memoryFrom]),
  ]);
  const monitor = await driver.connectMonitor(internal.monitorSocket, running).catch(async (error: unknown) => {
    const failure = await startFailure(error, running);
    throw memoryFrom === undefined ? failure : unusable((failure as Error).message, running);
  });
  if (state.vncPassword !== undefined) {
    await monitor.execute('change-vnc-password', { password: state.vncPassword });
  }
  if (memoryFrom !== undefined) await wakeUp(context, monitor, running);
  const ended = endOf(running, monitor, roomFor(context, monitor));
  const commandLineOf = [qemu.binary, ...args];
  return { running, monitor, ended, serialLog: internal.serialLog, commandLine: commandLineOf, machineArguments };
}

/**
 * Where the machine's memory comes from, where it has been saved.
 * @throws ImgpackError `qemu/state-unusable` where it would not fit
 */
async function savedMemory({ origin, accelerator }: Before, machine: readonly string[]): Promise<string | undefined> {
  if (!origin?.saved.memory) return undefined;
  const { saved, layer } = origin;
  const unfit = (reason: string) => new ImgpackError(messages.stateUnusable(reason));
  if (saved.accelerator !== accelerator) throw unfit(`it was saved under ${saved.accelerator}, not ${accelerator}`);
  if (saved.machine.join('\n') !== machine.join('\n')) throw unfit('the machine has other devices by now');
  const source = await incoming(layer);
  if (source === undefined) throw unfit('its memory is missing');
  return source;
}

const WAKE_MILLISECONDS = 120_000;

/** Waits until the memory is read, and lets the machine go on. */
async function wakeUp({ signal }: BuilderContext<Config>, monitor: Monitor, running: RunningQemu): Promise<void> {
  const end = performance.now() + WAKE_MILLISECONDS;
  try {
    for (let wait = 5; ; wait = Math.min(wait * 2, 50)) {
      const { status } = (await monitor.execute('query-status')) as { status: string };
      if (status !== 'inmigrate') break;
      if (performance.now() > end) throw new Error('its memory cannot be read in time');
      await delay(wait, undefined, { signal });
    }
    await monitor.execute('cont');
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    throw unusable((error as Error).message, running);
  }
}

const unusable = (reason: string, running: RunningQemu): ImgpackError =>
  new ImgpackError(messages.stateUnusable(reason), { details: running.output() });

/** A machine whose disk finds no room stands still. It goes on where older states can make room, and else it ends. */
function roomFor(context: BuilderContext<Config>, monitor: Monitor): { reason?: string } {
  const full: { reason?: string } = {};
  let making: Promise<void> | undefined;
  monitor.onEvent(({ event, data }) => {
    if (event !== 'BLOCK_IO_ERROR' || data?.['nospace'] !== true || data['action'] !== 'stop') return;
    making ??= (async () => {
      if (await context.checkpoints?.makeRoom()) {
        context.complain('the disk is full; saved states of machines were removed to make room');
        await monitor.execute('cont');
      } else {
        full.reason = 'there is no room left for the disk of the machine';
        await monitor.execute('quit');
      }
    })()
      .catch((error: unknown) => context.log(`making room: ${String(error)}`))
      .finally(() => (making = undefined));
  });
  return full;
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
async function endOf(running: RunningQemu, monitor: Monitor, full: { reason?: string }): Promise<string> {
  let reason: string | undefined;
  monitor.onEvent(({ event, data }) => {
    if (event === 'SHUTDOWN') reason = describeShutdown(String(data?.['reason'] ?? ''));
    if (event === 'GUEST_PANICKED') reason = 'the operating system of the machine crashed';
  });
  const { code, signal } = await running.exited;
  const last = running.output().at(-1);
  if (full.reason !== undefined) return full.reason;
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
