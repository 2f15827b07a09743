import type { BuildValues } from '../../src/contract/artifact.js';
import { EXIT_CODE_DISCONNECTED, type Communicator } from '../../src/contract/communicator.js';
import type { ProvisionerContext } from '../../src/contract/context.js';
import type { ProvisionerDefinition } from '../../src/contract/plugin.js';
import type { Decoded, Schema } from '../../src/contract/schema.js';
import { packerFunctions } from '../../src/go-template/functions.js';
import { renderUntilStable } from '../../src/go-template/render.js';
import { decodedConfig } from './decoded-config.js';
import { MemoryResources } from './memory-resources.js';

/** Answers of a command: an exit code, and lines it prints. */
export interface Answer {
  readonly exitCode?: number;
  readonly lines?: readonly string[];
  readonly fails?: Error;
}

/** A communicator that notes what it is asked to do, and answers as `answer` says. */
export function fakeCommunicator(
  answer: (command: string) => Answer | undefined = () => undefined,
  uploads: (destination: string) => Error | undefined = () => undefined,
): Communicator & { readonly asked: string[] } {
  const asked: string[] = [];
  const copy = (what: string, place: string) => {
    asked.push(what);
    const fault = uploads(place);
    return fault ? Promise.reject(fault) : Promise.resolve();
  };
  return {
    type: 'ssh',
    asked,
    run(command, options) {
      asked.push(`run ${command}`);
      const { exitCode = 0, lines = [], fails } = answer(command) ?? {};
      if (fails) return Promise.reject(fails);
      for (const line of lines) options?.onLine?.('stdout', line);
      return Promise.resolve({ exitCode, disconnected: exitCode === EXIT_CODE_DISCONNECTED });
    },
    upload: (source, destination, options) =>
      copy(
        `upload ${'path' in source ? source.path : JSON.stringify(source.content.toString())} to ${destination} ${(options?.mode ?? 0).toString(8)}`,
        destination,
      ),
    uploadDirectory: (source, destination) => copy(`upload folder ${source} to ${destination}`, destination),
    download: (source, destination) => copy(`download ${source} to ${destination}`, source),
    downloadDirectory: (source, destination) => copy(`download folder ${source} to ${destination}`, source),
    close: () => Promise.resolve(),
  };
}

export interface Provisioning {
  readonly communicator?: Communicator;
  readonly values?: BuildValues;
  readonly signal?: AbortSignal;
  readonly workingDirectory?: string;
  readonly ask?: (question: string) => Promise<string>;
}

/** Runs a provisioner; gives what was said and printed, in order. What it left behind fails the test. */
export async function provision<S extends Schema>(
  definition: ProvisionerDefinition<S>,
  given: Partial<Decoded<S>>,
  { communicator = fakeCommunicator(), values = {}, signal, workingDirectory = '/', ask }: Provisioning = {},
): Promise<string[]> {
  const told: string[] = [];
  const functions = packerFunctions({ startTime: new Date(0), packerVersion: '1.16.0', workingDirectory });
  const resources = new MemoryResources();
  const context: ProvisionerContext = {
    env: process.env,
    workingDirectory,
    cacheDirectory: '/nonexistent',
    temporaryDirectory: '/tmp',
    now: () => new Date(0),
    build: {
      name: 'null.a',
      blockName: '',
      sourceLabel: 'a',
      sourceName: 'a',
      builderType: 'null',
      runId: 'run',
    },
    signal: signal ?? new AbortController().signal,
    force: false,
    debug: false,
    resources,
    say: (text) => told.push(text),
    complain: (text) => told.push(`! ${text}`),
    output: (stream, line) => told.push(`${stream}: ${line}`),
    progress: () => undefined,
    log: () => undefined,
    emit: () => undefined,
    addSecret: () => undefined,
    redact: (text) => text,
    render: (text, data) => renderUntilStable(text, data, functions),
    communicator,
    values,
    ask: ask ?? (() => Promise.reject(new Error('nobody is asked'))),
  };
  await definition.run(decodedConfig(definition.schema, given), context);
  if (resources.left().length > 0) throw new Error(`left behind: ${resources.left().join(', ')}`);
  return told;
}

/** The faults that a provisioner finds in a configuration: option and code. */
export async function problemsOf<S extends Schema>(
  definition: ProvisionerDefinition<S>,
  given: Partial<Decoded<S>>,
  workingDirectory = '/',
): Promise<string[]> {
  const context = { workingDirectory } as never;
  const problems = (await definition.validate?.(decodedConfig(definition.schema, given), context)) ?? [];
  return problems.map(({ option, message }) => `${option ?? '-'}: ${message.code}`);
}
