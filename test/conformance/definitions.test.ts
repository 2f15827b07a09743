import { describe, expect, it } from 'vitest';
import type { AnyDefinition, ComponentKind } from '../../src/contract/plugin.js';
import type { AttributeSpec, Schema } from '../../src/contract/schema.js';
import { parseDuration } from '../../src/contract/duration.js';
import { builtInPlugins } from '../../src/registry.js';

const kinds: readonly ComponentKind[] = ['builder', 'provisioner', 'post-processor', 'data-source'];
const plugins = kinds.flatMap((kind) => builtInPlugins.types(kind).map((type) => [kind, type] as const));

/** Every option of a schema with its path, blocks included. */
function optionsOf(schema: Schema, path = ''): [string, AttributeSpec][] {
  const own = Object.entries(schema.attributes).map(
    ([name, spec]) => [`${path}${name}`, spec] as [string, AttributeSpec],
  );
  const nested = Object.entries(schema.blocks ?? {}).flatMap(([name, block]) =>
    optionsOf(block.schema, `${path}${name}.`),
  );
  return [...own, ...nested];
}

async function load(kind: ComponentKind, type: string): Promise<AnyDefinition> {
  const definition = await builtInPlugins.load(kind, type);
  if (!definition) throw new Error(`${kind} ${type} has no default export`);
  return definition;
}

describe.each(plugins)('the %s `%s`', (kind, type) => {
  it('is what its folder and file say', async () => {
    expect(await load(kind, type)).toMatchObject({ kind, type });
  });

  it('says in a few words what it is and what each option does', async () => {
    const definition = await load(kind, type);
    expect(definition.summary).toMatch(/^\S[^\n]{9,}$/);
    const silent = optionsOf(definition.schema).filter(([, { description }]) => description.trim().length < 5);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('has defaults that fit the types of their options', async () => {
    const wrong = optionsOf((await load(kind, type)).schema).filter(
      ([, spec]) => spec.default !== undefined && !fits(spec),
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('names no option in two ways', async () => {
    const names = optionsOf((await load(kind, type)).schema).map(([name]) => name);
    expect(names.filter((name) => !/^[a-z][A-Za-z0-9_.]*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('names its kinds of resources after itself, and each can be told and destroyed', async () => {
    for (const resource of (await load(kind, type)).resourceKinds ?? []) {
      expect(resource.name).toMatch(/^[a-z][a-z0-9-]*(\/[a-z][a-z0-9-]*)?$/);
      expect(typeof resource.describe).toBe('function');
      expect(typeof resource.destroy).toBe('function');
    }
  });

  it('has requirements that say which packages meet them', async () => {
    for (const requirement of (await load(kind, type)).requirements?.() ?? []) {
      expect(requirement.name).not.toBe('');
      const missing = await requirement.check();
      if (missing !== undefined) expect(missing).toMatch(/\S/);
    }
  });
});

function fits(spec: AttributeSpec): boolean {
  const { type, default: value, values } = spec;
  if (values && !values.includes(value as string)) return false;
  switch (type.kind) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'duration':
      return typeof value === 'string' && parseDuration(value) !== undefined;
    case 'list':
      return Array.isArray(value);
    case 'map':
      return typeof value === 'object' && value !== null;
    case 'any':
      return true;
  }
}
