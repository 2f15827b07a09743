import type { Driver, ImageInfo, RunningQemu } from '../../builders/qemu/driver.js';
import type { Monitor, QmpEvent } from '../../builders/qemu/qmp.js';
import { schema, type Config } from '../../builders/qemu/config.js';
import type { BuilderContext } from '../../src/contract/context.js';
import type { ProcessExit } from '../../src/contract/helpers/spawn-process.js';
import type { ImgpackError } from '../../src/messages/message.js';
import { decodedConfig } from './decoded-config.js';
import { MemoryResources } from './memory-resources.js';

/** A QEMU and its tools that only write down what is asked of them. */
export class FakeQemu implements Driver {
  /** Every call of a program, in order. */
  readonly calls: string[][] = [];
  /** Commands of the monitor, in order. */
  readonly commands: { readonly command: string; readonly args?: unknown }[] = [];
  info: ImageInfo = { format: 'qcow2', virtualSize: 2 ** 30 };
  /** Errors that `qemu-img` gives before it succeeds. */
  readonly failures: ImgpackError[] = [];
  /** What the machine does on a command of the monitor. */
  onCommand: (command: string) => void = () => undefined;
  private emit: ((event: QmpEvent) => void)[] = [];
  private end: (exit: ProcessExit) => void = () => undefined;
  private alive = true;
  output: string[] = [];

  readonly running: RunningQemu = {
    pid: 4711,
    exited: new Promise((resolve) => {
      this.end = (exit) => {
        this.alive = false;
        resolve(exit);
      };
    }),
    isAlive: () => this.alive,
    output: () => this.output,
  };

  readonly monitor: Monitor = {
    execute: (command, args) => {
      this.commands.push({ command, ...(args && { args }) });
      this.onCommand(command);
      return Promise.resolve({});
    },
    onEvent: (listener) => void this.emit.push(listener),
    close: () => undefined,
  };

  /** The machine ends: with an event first, where a reason is given. */
  stop(reason?: string, exit: ProcessExit = { code: 0, signal: null }): void {
    if (reason !== undefined) for (const listener of this.emit) listener({ event: 'SHUTDOWN', data: { reason } });
    this.end(exit);
  }

  find = (name: string) => Promise.resolve(`/usr/bin/${name}`);
  qemuVersion = () => Promise.resolve(7);
  imageInfo = () => Promise.resolve(this.info);
  qemuImg(args: readonly string[]): Promise<void> {
    this.calls.push([...args]);
    const failure = this.failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve();
  }
  backingChain = (path: string) => Promise.resolve([{ path }]);
  probe = () => Promise.resolve(33);
  startQemu = (binary: string, args: readonly string[]) => {
    this.calls.push([binary, ...args]);
    return Promise.resolve({
      value: this.running,
      reference: { kind: 'process', args: {}, token: '' },
      destroy: () => Promise.resolve(),
      keep: () => Promise.resolve(),
    });
  };
  startTpm = (binary: string, args: readonly string[], socket: string) => {
    this.calls.push([binary, ...args, `(${socket})`]);
    return Promise.resolve();
  };
  connectMonitor = () => Promise.resolve(this.monitor);
}

/** The context of a step in a folder, and what was said. */
export function stepContext(
  folder: string,
  values: Partial<Config> = {},
): { readonly context: BuilderContext<Config>; readonly said: string[]; readonly resources: MemoryResources } {
  const said: string[] = [];
  const resources = new MemoryResources();
  const context: BuilderContext<Config> = {
    config: decodedConfig(schema, { ssh_username: 'root', ...values }),
    env: {},
    workingDirectory: folder,
    cacheDirectory: `${folder}/cache`,
    temporaryDirectory: folder,
    now: () => new Date('2026-01-02T03:04:05Z'),
    build: { name: 'qemu.a', blockName: '', sourceLabel: 'a', sourceName: 'a', builderType: 'qemu', runId: 'r' },
    signal: new AbortController().signal,
    force: false,
    debug: false,
    onError: 'cleanup',
    resources,
    say: (text) => said.push(text),
    complain: (text) => said.push(`! ${text}`),
    output: (stream, line) => said.push(`${stream}: ${line}`),
    progress: () => undefined,
    log: () => undefined,
    emit: () => undefined,
    addSecret: () => undefined,
    redact: (text) => text,
    render: (template, data) => template.replace(/\{\{ *\.(\w+) *\}\}/g, (_match, name: string) => String(data[name])),
  };
  return { context, said, resources };
}
