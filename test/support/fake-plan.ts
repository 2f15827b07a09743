import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact, BuildValues } from '../../src/contract/artifact.js';
import type { Communicator } from '../../src/contract/communicator.js';
import type { BuilderContext, PostProcessorContext, ProvisionerContext } from '../../src/contract/context.js';
import type { RunEvent } from '../../src/contract/events.js';
import { localResourceKinds } from '../../src/contract/helpers/local-kinds.js';
import type { Machine } from '../../src/contract/machine.js';
import {
  defineBuilder,
  definePostProcessor,
  defineProvisioner,
  Pipeline,
  type PostProcessorResult,
  type Provisioned,
} from '../../src/contract/plugin.js';
import type { ResourceKind } from '../../src/contract/resources.js';
import type { EngineOptions } from '../../src/engine/options.js';
import { Redactor } from '../../src/messages/redactor.js';
import type { PlannedBuild, PlannedPostProcessor, PlannedProvisioner } from '../../src/plan/plan.js';

const EMPTY_SCHEMA = { attributes: {} };
const PLACE = {
  file: 't.pkr.hcl',
  start: { offset: 0, line: 1, column: 1 },
  end: { offset: 1, line: 1, column: 2 },
};

/** A communicator to nowhere: nothing runs on it. */
export const nowhere: Communicator = {
  type: 'none',
  run: () => Promise.resolve({ exitCode: 0, disconnected: false }),
  upload: () => Promise.resolve(),
  uploadDirectory: () => Promise.resolve(),
  download: () => Promise.resolve(),
  downloadDirectory: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export const fakeArtifact = (id: string, more: Partial<Artifact> = {}): Artifact => ({
  builderId: 'test.fake',
  id,
  files: [],
  description: `made ${id}`,
  remove: [],
  ...more,
});

export interface FakeBuilder {
  readonly name?: string;
  readonly dependsOn?: readonly string[];
  readonly machine?: Partial<Machine>;
  readonly buildValues?: readonly string[];
  launch?(context: BuilderContext<unknown>): Promise<void>;
  finish?(context: BuilderContext<unknown>, state: Provisioned): Promise<Artifact | undefined>;
  readonly provisioners?: readonly PlannedProvisioner[];
  readonly errorCleanup?: PlannedProvisioner;
  readonly chains?: readonly (readonly PlannedPostProcessor[])[];
  /** Called with what `configure` got. */
  onConfigure?(values: BuildValues | undefined): void;
}

const configured = (secrets: readonly string[] = []) => ({ config: {} as never, secrets });

/** A planned build of a builder that does as it is told. */
export function fakeBuild(fake: FakeBuilder = {}): PlannedBuild {
  const name = fake.name ?? 'fake.a';
  const machine: Machine = { connection: { type: 'none' }, ...fake.machine };
  const definition = defineBuilder({
    type: 'fake',
    summary: 'does as the test says',
    schema: EMPTY_SCHEMA,
    ...(fake.buildValues && { buildValues: fake.buildValues }),
    launch: () =>
      Pipeline.of<object>().step('launch', async (context) => {
        await fake.launch?.(context);
        return { machine };
      }),
    finish: () =>
      Pipeline.of<object, { machine: Machine } & Provisioned>().step('finish', async (context, state) => ({
        artifact: fake.finish ? await fake.finish(context, state) : fakeArtifact(name),
      })),
  });
  return {
    id: name,
    identity: { name, blockName: '', sourceLabel: name, sourceName: name, builderType: 'fake' },
    place: PLACE,
    builder: {
      type: 'fake',
      place: PLACE,
      options: {},
      buildKeys: [],
      artifacts: [],
      optionsWith: () => ({}),
      configWith: () => ({}),
      definition: definition as unknown as PlannedBuild['builder']['definition'],
      configure: (values) => {
        fake.onConfigure?.(values?.build);
        return Promise.resolve(configured());
      },
    },
    provisioners: fake.provisioners ?? [],
    ...(fake.errorCleanup && { errorCleanup: fake.errorCleanup }),
    chains: fake.chains ?? [],
    dependsOn: fake.dependsOn ?? [],
  };
}

/** A planned provisioner that runs a function. */
export function fakeProvisioner(
  run: (context: ProvisionerContext) => Promise<void> | void,
  more: Partial<PlannedProvisioner> = {},
): PlannedProvisioner {
  return {
    type: 'fake',
    place: PLACE,
    options: {},
    buildKeys: [],
    artifacts: [],
    optionsWith: () => ({}),
    configWith: () => ({}),
    maxRetries: 0,
    continueOnError: false,
    definition: defineProvisioner({
      type: 'fake',
      summary: 'runs a function',
      schema: EMPTY_SCHEMA,
      run: async (_config, context) => run(context),
    }),
    configure: () => Promise.resolve(configured()),
    ...more,
  };
}

/** A planned post-processor that runs a function. */
export function fakePostProcessor(
  type: string,
  run: (context: PostProcessorContext, artifact: Artifact) => Promise<PostProcessorResult> | PostProcessorResult,
  more: Partial<PlannedPostProcessor> = {},
): PlannedPostProcessor {
  return {
    type,
    place: PLACE,
    options: {},
    buildKeys: [],
    artifacts: [],
    optionsWith: () => ({}),
    configWith: () => ({}),
    definition: definePostProcessor({
      type,
      summary: 'runs a function',
      schema: EMPTY_SCHEMA,
      run: async (_config, context, artifact) => run(context, artifact),
    }),
    configure: () => Promise.resolve(configured()),
    ...more,
  };
}

/** Finds the local kinds and those given. */
export const kindsOf =
  (...kinds: readonly ResourceKind<never>[]) =>
  (name: string): Promise<ResourceKind | undefined> =>
    Promise.resolve(
      [...localResourceKinds, ...kinds].find((kind) => kind.name === name) as unknown as ResourceKind | undefined,
    );

/** A kind of thing that exists in a set: made, and destroyed by token. */
export class FakeWorld {
  readonly alive = new Set<string>();
  readonly destroyed: string[] = [];
  failing = new Set<string>();

  readonly kind: ResourceKind<{ readonly label: string }> = {
    name: 'fake/thing',
    describe: ({ args }) => `thing ${args.label}`,
    destroy: ({ args }) => {
      if (this.failing.has(args.label)) return Promise.reject(new Error('it clings'));
      if (this.alive.delete(args.label)) this.destroyed.push(args.label);
      return Promise.resolve();
    },
  };

  make(context: { readonly resources: BuilderContext<unknown>['resources'] }, label: string) {
    return context.resources.create(this.kind, { label }, () => {
      this.alive.add(label);
      return Promise.resolve({ value: label, data: { id: label } });
    });
  }
}

/** Engine options around a temporary state folder, and every event that was told. */
export async function engineOptions(
  more: Partial<EngineOptions> = {},
): Promise<{ options: EngineOptions; events: RunEvent[]; stateDirectory: string; remove: () => Promise<void> }> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'imgpack-engine-'));
  const events: RunEvent[] = [];
  const options: EngineOptions = {
    runId: '11111111-2222-3333-4444-555555555555',
    environment: {
      env: {},
      workingDirectory: stateDirectory,
      cacheDirectory: join(stateDirectory, 'cache'),
      temporaryDirectory: stateDirectory,
      now: () => new Date('2026-01-02T03:04:05Z'),
    },
    parallelBuilds: 0,
    onError: 'cleanup',
    force: false,
    debug: false,
    reporters: [{ event: (event) => events.push(event) }],
    stateDirectory,
    redactor: new Redactor(),
    connect: () => Promise.resolve(nowhere),
    render: (template) => template,
    signal: new AbortController().signal,
    resourceKinds: kindsOf(),
    ...more,
  };
  return { options, events, stateDirectory, remove: () => rm(stateDirectory, { recursive: true, force: true }) };
}

/** What was said, in order: text, complaints with `!`, output with `|`. */
export function spoken(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === 'say') return [event.text];
    if (event.type === 'complaint') return [`!${event.text}`];
    return event.type === 'output' ? [`|${event.line}`] : [];
  });
}
