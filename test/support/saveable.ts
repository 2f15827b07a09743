import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Layer } from '../../src/contract/checkpoint.js';
import type { Json, JsonObject } from '../../src/contract/json.js';
import type { Identity } from '../../src/contract/keys.js';
import type { Machine } from '../../src/contract/machine.js';
import { defineBuilder, defineProvisioner, Pipeline, type Provisioned } from '../../src/contract/plugin.js';
import { defineSchema, text, textList, type Decoded } from '../../src/contract/schema.js';
import type { PlannedBuild, PlannedPostProcessor, PlannedProvisioner } from '../../src/plan/plan.js';
import { fakeArtifact, fakeBuild, fakeProvisioner } from './fake-plan.js';

const schema = defineSchema({
  attributes: {
    size: text({ description: 'Counts for the machine.' }),
    format: text({ description: 'Counts for the image.' }),
    port: text({ description: 'Counts for nothing.' }),
    secret: text({ description: 'A secret.', sensitive: true }),
  },
});

type Options = Decoded<typeof schema>;

/**
 * A machine that is nothing but a list of what was done to it, in a file of its layer. It can be saved, and it counts how
 * often it is started from nothing.
 */
export class SaveableWorld {
  /** What was done in this run: `launch`, `restore`, the words of provisioners, `finish`. */
  did: string[] = [];
  base = 'base 1';
  version = '7.2';
  /** Errors for the next calls of `checkpoint`, and of restoring. */
  readonly saveFailures: Error[] = [];
  readonly restoreFailures: Error[] = [];
  private machine: string[] = [];

  constructor(private readonly output: string) {}

  build(more: {
    options?: Readonly<Record<string, Json>>;
    provisioners?: readonly PlannedProvisioner[];
    chains?: readonly (readonly PlannedPostProcessor[])[];
    maxAge?: number;
    id?: string;
    unsaveable?: string;
    /** Id of a build whose artifact the machine starts from. */
    reads?: string;
  }): PlannedBuild {
    const definition = defineBuilder({
      type: 'saveable',
      summary: 'a machine that can be saved',
      schema,
      caching: {
        ignored: ['port'],
        finishing: ['format'],
        identify: (): Promise<readonly Identity[]> =>
          Promise.resolve([
            { kind: 'base', name: 'disk image', value: this.base },
            { kind: 'version', name: 'emulator', value: this.version },
          ]),
        maxAge: () => more.maxAge,
        unsaveable: () => more.unsaveable,
      },
      launch: () =>
        Pipeline.of<Options>().step('launch', async ({ checkpoints }) => {
          const from = checkpoints?.restore?.layer;
          if (from) {
            const failure = this.restoreFailures.shift();
            if (failure) throw failure;
            this.machine = JSON.parse(await readFile(join(from.folder, 'state'), 'utf8')) as string[];
            this.did.push('restore');
          } else {
            this.machine = [];
            this.did.push('launch');
          }
          let layer: Layer | undefined = await checkpoints?.begin(from);
          const machine: Machine = {
            connection: { type: 'none' },
            ...(layer && {
              checkpoint: async () => {
                const failure = this.saveFailures.shift();
                if (failure) throw failure;
                const saved = layer as Layer;
                layer = await checkpoints?.begin(saved);
                await writeFile(join(saved.folder, 'state'), JSON.stringify(this.machine));
                return { layer: saved, data: {} };
              },
            }),
          };
          return { machine };
        }),
      finish: () =>
        Pipeline.of<Options, { machine: Machine } & Provisioned>().step('finish', async () => {
          this.did.push('finish');
          await writeFile(this.output, this.machine.join('\n'));
          return { artifact: fakeArtifact('image', { files: [this.output] }) };
        }),
    });
    const { reads } = more;
    const build = fakeBuild({
      name: more.id ?? 'saveable.a',
      ...more,
      ...(reads !== undefined && { dependsOn: [reads] }),
    });
    return {
      ...build,
      builder: {
        ...build.builder,
        type: 'saveable',
        definition: definition as unknown as PlannedBuild['builder']['definition'],
        configWith: () => (more.options ?? {}) as JsonObject,
        ...(reads !== undefined && {
          artifacts: [{ build: reads, name: reads, path: [reads], attribute: 'path', range: build.place }],
        }),
      },
    };
  }

  /** Does something to the machine; `inputs` are paths of files that it reads. */
  step(
    word: string,
    more: Partial<PlannedProvisioner> & { inputs?: readonly string[]; always?: string } = {},
  ): PlannedProvisioner {
    const { inputs = [], always, ...rest } = more;
    const schema = defineSchema({ attributes: { words: textList({ description: 'What to do.' }) } });
    const definition = defineProvisioner({
      type: 'do',
      summary: 'does something',
      schema,
      inputs: () => inputs.map((path) => ({ path, option: 'words' })),
      alwaysRuns: () => always,
      run: () => {
        this.did.push(word);
        if (word.startsWith('fail')) return Promise.reject(new Error(word));
        this.machine.push(word);
        return Promise.resolve();
      },
    });
    return {
      ...fakeProvisioner(() => undefined),
      type: 'do',
      definition: definition as unknown as PlannedProvisioner['definition'],
      configWith: () => ({ words: [word] }),
      ...rest,
    };
  }
}
