import { randomUUID } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { connect } from '../communicators/connect.js';
import type { Machine } from '../contract/machine.js';
import { contentOf } from '../engine/cache/content.js';
import type { RunCache } from '../engine/cache/run-cache.js';
import { runPlan } from '../engine/run.js';
import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import { keysOf } from '../plan/keys/build-keys.js';
import { componentInputs } from '../plan/keys/component-inputs.js';
import type { KnownArtifact } from '../plan/late-values.js';
import type { Plan } from '../plan/plan.js';
import { reportersFor } from './build.js';
import type { CommandArguments } from './command.js';
import { stateDirectoryOf } from './environment.js';
import type { WatchValues } from './flag-tables.js';
import { keysAt } from './keys-at-terminal.js';
import { runRender } from './render.js';
import { resourceKinds } from './resource-kinds.js';
import { openRunCache } from './run-cache.js';
import { debugLog, openSession, type Session } from './session.js';
import { FileWatch } from './watch-files.js';

const EXIT_STOPPED = 130;

/**
 * `imgpack watch`: brings the machines of a template up to their last provisioner and keeps them there. When a file changes
 * that matters, they go back to the deepest saved state before it, and run what follows. `b` makes the images. Exit 0 after
 * Ctrl-C.
 */
export async function run(values: CommandArguments<WatchValues>, host: Host): Promise<number> {
  const cancel = new AbortController();
  const stopListening = host.onSignal((signal) => {
    if (cancel.signal.aborted && signal !== 'SIGPIPE') host.exitNow(EXIT_STOPPED);
    cancel.abort(signal);
  });
  const watch = new Watch(values, host, cancel.signal);
  try {
    await watch.run();
    return 0;
  } finally {
    stopListening();
  }
}

interface Loaded {
  readonly signature: string;
  readonly ready?: { readonly session: Session; readonly plan: Plan; readonly cache: RunCache };
}

/** What a machine that waits is told. */
type Decision = 'finish' | 'stop';

class Watch {
  private readonly path: string;
  /** What the machines were made from, by the keys of their steps. */
  private signature = '';
  private readonly waiting = new Set<(decision: Decision) => void>();
  /** Wakes the loop when a round is over and something changed meanwhile. */
  private wake: () => void = () => undefined;
  private changed = false;

  constructor(
    private readonly values: CommandArguments<WatchValues>,
    private readonly host: Host,
    private readonly signal: AbortSignal,
  ) {
    this.path = values.positionals[0] as string;
  }

  async run(): Promise<void> {
    const files = new FileWatch(() => void this.look(files));
    const template = resolve(this.host.workingDirectory, this.path);
    await files.add(template);
    await files.add(dirname(template));
    for (const file of this.values['var-file'] ?? []) await files.add(resolve(this.host.workingDirectory, file));
    const stopReading = keysAt(this.host, (key) => {
      if (key === 'b') this.tell('finish');
    });
    const stop = () => {
      this.tell('stop');
      this.wake();
    };
    this.signal.addEventListener('abort', stop, { once: true });
    try {
      while (!this.signal.aborted) {
        this.changed = false;
        await this.round(files);
        if (!this.changed && !this.signal.aborted) {
          this.host.out('\nWaiting for a change; Ctrl-C ends this.\n');
          await new Promise<void>((resolve) => (this.wake = resolve));
        }
      }
    } finally {
      stopReading();
      files.close();
    }
  }

  /** Loads the template and brings its machines up; returns when they are gone again. */
  private async round(files: FileWatch): Promise<void> {
    const { host, values } = this;
    const loaded = await this.load((text) => host.out(text), files);
    this.signature = loaded.signature;
    if (!loaded.ready) return;
    const { session, plan, cache } = loaded.ready;
    const reporters = reportersFor(
      { ...values, events: undefined, 'timestamp-ui': false, 'machine-readable': false },
      host,
    );
    const runId = randomUUID();
    await runPlan(plan, {
      cache,
      runId,
      environment: { ...session.environment, env: { ...session.environment.env, PACKER_RUN_UUID: runId } },
      parallelBuilds: 0,
      onError: 'cleanup',
      force: values.force,
      debug: false,
      reporters,
      stateDirectory: stateDirectoryOf(host),
      redactor: session.redactor,
      connect,
      render: runRender(session.environment, session.template?.legacy),
      signal: this.signal,
      resourceKinds,
      log: debugLog(host),
      hold: (say, machine) => this.hold(say, machine),
    });
    for (const reporter of reporters) await reporter.close?.();
  }

  private hold(say: (text: string) => void, machine: Machine): Promise<Decision> {
    if (this.changed || this.signal.aborted) return Promise.resolve('stop');
    say(`ready${wayIn(machine)}; a change goes on from here, \`b\` makes the image, Ctrl-C ends this`);
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  private tell(decision: Decision): void {
    for (const resolve of this.waiting) resolve(decision);
    this.waiting.clear();
  }

  /** Something was written: where it changes what the machines are made from, they start over. */
  private async look(files: FileWatch): Promise<void> {
    const { signature } = await this.load(() => undefined, files);
    if (signature !== this.signature) this.start();
  }

  /**
   * Loads and plans the template.
   * @returns what decides the machines, or the faults of the template, as one text; and what a round needs
   * @throws ImgpackError `command/watch-needs-cache`
   */
  private async load(write: (text: string) => void, files: FileWatch): Promise<Loaded> {
    const { values, host, path, signal } = this;
    let faults = '';
    const session = await openSession(
      {
        path,
        values,
        warnUndeclared: false,
        evaluateDataSources: true,
        force: values.force,
        signal,
        write(text) {
          faults += text;
          write(text);
        },
        // What a running machine has made by now is in nobody's way; the builder looks once more when it replaces it.
        isOwnOutput: () => Promise.resolve(true),
      },
      host,
    );
    const { plan, failed } = session.failed ? { plan: { builds: [] }, failed: true } : await session.plan();
    if (failed || plan.builds.length === 0) return { signature: faults };
    const flags = { force: true, 'no-cache': false, 'cache-from-step': undefined };
    const cache = await openRunCache(path, flags, session.redactor, host, (text) => host.err(`${text}\n`));
    if (!cache) throw new ImgpackError(commandMessages.watchNeedsCache());
    return { signature: await this.signatureOf(plan, session, cache, files), ready: { session, plan, cache } };
  }

  private start(): void {
    this.changed = true;
    this.tell('stop');
    this.wake();
  }

  /** Everything that decides what the machines become; the files among it are watched from now on. */
  private async signatureOf(plan: Plan, session: Session, cache: RunCache, files: FileWatch): Promise<string> {
    const context = {
      ...session.environment,
      signal: this.signal,
      digest: (path: string) => contentOf(path, cache.digests),
      log: debugLog(this.host),
      secret: cache.store.secret,
      redact: (text: string) => session.redactor.redact(text),
      artifacts: new Map<string, KnownArtifact>(),
    };
    const parts: unknown[] = [];
    for (const build of plan.builds) {
      parts.push(build.id, (await keysOf(build, context))?.launch.inputs);
      for (const component of [build.builder, ...build.provisioners, ...build.chains.flat()]) {
        const { inputs, missing } = await componentInputs(component, context);
        parts.push(component.type, inputs, missing);
        const names = inputs.filter(({ kind }) => kind === 'file').map(({ name }) => name);
        for (const name of [...names, ...(missing === undefined ? [] : [missing])]) {
          await files.add(resolve(this.host.workingDirectory, name));
        }
      }
    }
    return JSON.stringify(parts);
  }
}

/** How a person gets into the machine from another terminal. */
function wayIn({ connection }: Machine): string {
  if (connection.type !== 'ssh') return '';
  return ` (ssh -p ${connection.port} ${connection.username}@${connection.host})`;
}
