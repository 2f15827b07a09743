import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ComponentKind } from '../../src/contract/plugin.js';
import type { OptionType, Schema } from '../../src/contract/schema.js';
import { builtInPlugins } from '../../src/registry.js';

interface Fact {
  readonly component: string;
  readonly option: string;
  readonly type: string;
}

const folder = join(import.meta.dirname, '../facts');
const facts = readdirSync(folder)
  .filter((name) => name.endsWith('-options.jsonl'))
  .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as Fact);

const textOf = (type: OptionType): string =>
  type.kind === 'list' || type.kind === 'map'
    ? `${type.kind}(${textOf(type.element)})`
    : type.kind === 'duration'
      ? 'string'
      : type.kind;

function typeOf(schema: Schema, path: readonly string[]): string | undefined {
  const [name = '', ...rest] = path;
  const block = schema.blocks?.[name];
  if (rest.length > 0) return block && typeOf(block.schema, rest);
  const attribute = schema.attributes[name];
  return attribute ? textOf(attribute.type) : block && 'block';
}

describe.each([...new Set(facts.map(({ component }) => component))])('the %s', (component) => {
  it('takes every option that Packer takes, in the same type', async () => {
    const [kind, type = ''] = component.split(' ') as [ComponentKind, string];
    const definition = await builtInPlugins.load(kind, type);
    if (!definition) throw new Error(`there is no ${component}`);
    const wanted = facts.filter((fact) => fact.component === component);
    const wrong = wanted
      .map(({ option, type: expected }) => ({ option, expected, found: typeOf(definition.schema, option.split('.')) }))
      .filter(({ expected, found }) => expected !== found);
    expect(wrong).toEqual([]);
  });
});
