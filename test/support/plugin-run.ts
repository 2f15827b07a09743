import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../src/contract/events.js';
import type { JsonObject } from '../../src/contract/json.js';
import type { BuilderDefinition, PostProcessorDefinition } from '../../src/contract/plugin.js';
import type { ResourceKind } from '../../src/contract/resources.js';
import type { Decoded, Schema } from '../../src/contract/schema.js';
import type { EngineOptions, RunOutcome } from '../../src/engine/options.js';
import { runPlan } from '../../src/engine/run.js';
import type { PlannedBuild, PlannedPostProcessor } from '../../src/plan/plan.js';
import { decodedConfig } from './decoded-config.js';
import { engineOptions, fakeBuild, kindsOf, nowhere } from './fake-plan.js';

export interface PluginRun {
  readonly builder: BuilderDefinition<never, never> | BuilderDefinition;
  readonly config: object;
  readonly name?: string;
  readonly chains?: readonly (readonly PlannedPostProcessor[])[];
}

/** A planned build of a real builder with a decoded configuration. */
export function planBuild({ builder, config, name = 'a', chains = [] }: PluginRun): PlannedBuild {
  const type = builder.type;
  const fake = fakeBuild();
  return {
    ...fake,
    id: `${type}.${name}`,
    identity: { name: `${type}.${name}`, blockName: '', sourceLabel: name, sourceName: name, builderType: type },
    builder: {
      ...fake.builder,
      type,
      definition: builder as unknown as BuilderDefinition,
      configure: () => Promise.resolve({ config: config as never, secrets: [] }),
    },
    chains,
  };
}

/** A planned post-processor of a real definition. */
export function planPostProcessor<S extends Schema>(
  definition: PostProcessorDefinition<S>,
  given: Partial<Decoded<S>> = {},
  keepInputArtifact?: boolean,
): PlannedPostProcessor {
  return {
    type: definition.type,
    place: fakeBuild().place,
    options: {},
    buildKeys: [],
    artifacts: [],
    optionsWith: () => ({}),
    configWith: () => ({}),
    definition: definition as unknown as PostProcessorDefinition,
    ...(keepInputArtifact === undefined ? {} : { keepInputArtifact }),
    configure: () => Promise.resolve({ config: decodedConfig(definition.schema, given) as never, secrets: [] }),
  };
}

export interface PluginOutcome {
  readonly outcome: RunOutcome;
  readonly events: readonly RunEvent[];
}

/** A folder to work in, and the engine around it. */
export class PluginPlace {
  private constructor(readonly folder: string) {}

  static async make(): Promise<PluginPlace> {
    return new PluginPlace(await mkdtemp(join(tmpdir(), 'imgpack-plugin-')));
  }

  /** Runs builds with the folder as working directory; `{{.Name}}` in options is replaced by its value. */
  async run(builds: readonly PlannedBuild[], more: Partial<EngineOptions> = {}): Promise<PluginOutcome> {
    const kinds = builds.flatMap((build) => (build.builder.definition.resourceKinds ?? []) as ResourceKind<never>[]);
    const { options, events, remove } = await engineOptions({
      environment: {
        env: process.env,
        workingDirectory: this.folder,
        cacheDirectory: join(this.folder, '.cache'),
        temporaryDirectory: tmpdir(),
        now: () => new Date('2026-01-02T03:04:05Z'),
      },
      connect: () => Promise.resolve(nowhere),
      render: (template: string, data: JsonObject) =>
        template.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_match, key: string) => String(data[key] ?? '<no value>')),
      resourceKinds: kindsOf(...kinds),
      ...more,
    });
    try {
      return { outcome: await runPlan({ builds }, options), events };
    } finally {
      await remove();
    }
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
