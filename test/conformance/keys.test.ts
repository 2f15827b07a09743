import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DigestCache } from '../../src/cache/digests.js';
import type { JsonObject } from '../../src/contract/json.js';
import type { BuilderDefinition, PostProcessorDefinition, ProvisionerDefinition } from '../../src/contract/plugin.js';
import type { AttributeSpec, OptionType, Schema } from '../../src/contract/schema.js';
import { contentOf } from '../../src/engine/cache/content.js';
import { keysOf, type KeyContext } from '../../src/plan/keys/build-keys.js';
import type { BuildKeys, StepKey } from '../../src/plan/keys/step-key.js';
import type { PlannedBuild, PlannedComponent } from '../../src/plan/plan.js';
import { builtInPlugins } from '../../src/registry.js';
import { decodedConfig } from '../support/decoded-config.js';
import { fakeBuild, fakePostProcessor, fakeProvisioner } from '../support/fake-plan.js';
import { SaveableWorld } from '../support/saveable.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-keys-'));
  file = join(folder, 'file');
  await writeFile(file, 'content', { mode: 0o644 });
});
afterAll(() => rm(folder, { recursive: true }));

const context = (): KeyContext => {
  const digests = new DigestCache(undefined, { now: () => new Date(), log: () => undefined });
  return {
    env: { PATH: process.env['PATH'] },
    workingDirectory: folder,
    cacheDirectory: folder,
    temporaryDirectory: folder,
    now: () => new Date(0),
    signal: new AbortController().signal,
    digest: (path) => contentOf(path, digests),
    log: () => undefined,
    secret: Buffer.alloc(32, 1),
    redact: (text) => text,
    artifacts: new Map(),
  };
};

/** Another value of a type than the one that is given. */
function another(type: OptionType, value: unknown): unknown {
  switch (type.kind) {
    case 'string':
      return `${String(value ?? '')}x`;
    case 'number':
    case 'duration':
      return Number(value ?? 0) + 1;
    case 'bool':
      return value !== true;
    case 'any':
      return [value ?? null, 1];
    case 'list':
      return [...((value as unknown[] | undefined) ?? []), another(type.element, undefined)];
    case 'map':
      return { ...((value as object | undefined) ?? {}), added: another(type.element, undefined) };
  }
}

type Config = Record<string, unknown>;

/** Each option of a schema with a configuration in which it alone differs. */
function variations(schema: Schema, config: Config): [string, Config][] {
  const options = Object.entries(schema.attributes).map(([name, spec]): [string, Config] => [
    name,
    { ...config, [name]: another((spec as AttributeSpec).type, config[name]) },
  ]);
  const blocks = Object.entries(schema.blocks ?? {}).map(([name, { repeated, schema: inner }]): [string, Config] => {
    const added = decodedConfig(inner, {});
    return [name, { ...config, [name]: repeated ? [...((config[name] as unknown[]) ?? []), added] : added }];
  });
  return [...options, ...blocks];
}

const component = <C extends PlannedComponent>(base: C, definition: { readonly type: string }, config: Config): C => ({
  ...base,
  type: definition.type,
  definition: definition as never,
  configWith: () => JSON.parse(JSON.stringify(config)) as JsonObject,
  configure: () => Promise.resolve({ config: config as never, secrets: [] }),
});

const changed = (before: StepKey, after: StepKey): boolean => {
  expect(before.key).toBeDefined();
  return before.key !== after.key;
};

const builders: BuilderDefinition[] = [];
for (const type of builtInPlugins.types('builder')) {
  const definition = await builtInPlugins.load('builder', type);
  if (definition?.caching) builders.push(definition);
}

describe.each(builders.map((definition) => [definition.type, definition] as const))(
  'the keys of a build by `%s`',
  (_type, definition) => {
    const caching = definition.caching as NonNullable<BuilderDefinition['caching']>;
    /** What it finds outside is no matter here. */
    const still = {
      ...definition,
      inputs: undefined,
      caching: { ...caching, identify: () => Promise.resolve([]), maxAge: undefined },
    };
    const keys = async (config: Config): Promise<BuildKeys> => {
      const build = fakeBuild();
      return (await keysOf({ ...build, builder: component(build.builder, still, config) }, context())) as BuildKeys;
    };
    const config = decodedConfig(definition.schema, {}) as Config;

    it('name options that are there, each once', () => {
      const known = [...Object.keys(definition.schema.attributes), ...Object.keys(definition.schema.blocks ?? {})];
      const named = [...caching.ignored, ...caching.finishing];
      expect(named.filter((name) => !known.includes(name))).toEqual([]);
      expect(new Set(named).size).toBe(named.length);
    });

    it('change with every option that counts, at the step where it does, and with no other', async () => {
      const before = await keys(config);
      const wrong: string[] = [];
      for (const [option, other] of variations(definition.schema, config)) {
        const after = await keys(other);
        const launch = changed(before.launch, after.launch);
        const finish = changed(before.finish, after.finish);
        const wanted = caching.ignored.includes(option)
          ? [false, false]
          : caching.finishing.includes(option)
            ? [false, true]
            : [true, true];
        if (launch !== wanted[0] || finish !== wanted[1]) wrong.push(`${option}: ${launch} ${finish}`);
      }
      expect(wrong).toEqual([]);
    });
  },
);

const steps: (ProvisionerDefinition | PostProcessorDefinition)[] = [];
for (const kind of ['provisioner', 'post-processor'] as const) {
  for (const type of builtInPlugins.types(kind)) {
    const definition = await builtInPlugins.load(kind as 'provisioner', type);
    if (definition) steps.push(definition);
  }
}

describe.each(steps.map((definition) => [definition.kind, definition.type, definition] as const))(
  'the key of the %s `%s`',
  (kind, _type, definition) => {
    const still = { ...definition, alwaysRuns: undefined, pure: true };
    const key = async (config: Config, inputs: typeof definition.inputs = undefined): Promise<StepKey> => {
      const world = new SaveableWorld(join(folder, 'image'));
      const named = { ...still, inputs };
      const build: PlannedBuild =
        kind === 'provisioner'
          ? world.build({
              provisioners: [
                component(
                  fakeProvisioner(() => undefined),
                  named,
                  config,
                ),
              ],
            })
          : world.build({
              chains: [
                [
                  component(
                    fakePostProcessor('x', () => ({ artifact: undefined, keep: true })),
                    named,
                    config,
                  ),
                ],
              ],
            });
      const keys = (await keysOf(build, context())) as BuildKeys;
      return (kind === 'provisioner' ? keys.provisioners[0] : keys.chains[0]?.[0]) as StepKey;
    };
    const config = decodedConfig(definition.schema, {}) as Config;

    it('changes with every option', async () => {
      const before = await key(config);
      const same: string[] = [];
      for (const [option, other] of variations(definition.schema, config)) {
        if (!changed(before, await key(other))) same.push(option);
      }
      expect(same).toEqual([]);
    });

    it('changes with the content and the mode of a file that it reads, and stays with its time', async () => {
      const inputs = () => [{ path: file, option: Object.keys(definition.schema.attributes)[0] ?? '' }];
      const before = await key(config, inputs);
      await writeFile(file, 'content');
      expect(changed(before, await key(config, inputs))).toBe(false);
      await writeFile(file, 'other');
      expect(changed(before, await key(config, inputs))).toBe(true);
      await writeFile(file, 'content');
      await chmod(file, 0o755);
      expect(changed(before, await key(config, inputs))).toBe(true);
      await chmod(file, 0o644);
      expect(changed(before, await key(config, inputs))).toBe(false);
    });
  },
);

describe('files that plugins declare', () => {
  it.each([
    ['shell', { script: 'a.sh' }, ['a.sh']],
    ['shell', { scripts: ['a.sh', 'b.sh'] }, ['a.sh', 'b.sh']],
    ['shell-local', { script: 'a.sh' }, ['a.sh']],
    ['file', { source: 'tree', destination: '/tmp' }, ['tree']],
    ['file', { sources: ['a', 'b'], destination: '/tmp' }, ['a', 'b']],
    ['file', { source: '/etc/motd', destination: 'motd', direction: 'download' }, []],
  ])('of the provisioner `%s` with %j are %j', async (type, given, wanted) => {
    const definition = (await builtInPlugins.load('provisioner', type)) as ProvisionerDefinition;
    const config = decodedConfig(definition.schema, given);
    expect(definition.inputs?.(config as never).map(({ path }) => path)).toEqual(wanted);
  });

  it('of the builder `qemu` are all that it reads, but for the image, which has an identity', async () => {
    const definition = (await builtInPlugins.load('builder', 'qemu')) as BuilderDefinition;
    const config = decodedConfig(definition.schema, {
      http_directory: 'http',
      firmware: 'bios',
      efi_firmware_code: 'code.fd',
      efi_firmware_vars: 'vars.fd',
      cd_files: ['cd/*'],
      floppy_files: ['floppy.txt'],
      floppy_dirs: ['floppy'],
    });
    expect(definition.inputs?.(config as never).map(({ path }) => path)).toEqual([
      'http',
      'bios',
      'code.fd',
      'vars.fd',
      'cd/*',
      'floppy.txt',
      'floppy',
    ]);
  });
});
