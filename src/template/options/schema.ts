import type { AttributeSpec, OptionType, Schema } from '../../contract/schema.js';
import { ANY, BOOL, NUMBER, STRING, listOf, mapOf, objectOf, type Type } from '../../hcl/values/type.js';
import type { BodySchema } from '../body.js';

/** Arguments that every component takes and ignores: tools that write templates set them. */
const INTERNAL = [
  'packer_build_name',
  'packer_builder_type',
  'packer_core_version',
  'packer_debug',
  'packer_force',
  'packer_on_error',
  'packer_user_variables',
  'packer_sensitive_variables',
];

const cache = new WeakMap<Schema, BodySchema>();

/** A component's schema as the shape of a body. That something is required is checked later, when overrides are in. */
export function bodySchemaOf(schema: Schema): BodySchema {
  const known = cache.get(schema);
  if (known) return known;
  const names = [...Object.keys(schema.attributes), ...INTERNAL];
  const made: BodySchema = {
    attributes: new Map(names.map((name) => [name, { required: false }])),
    blocks: new Map(Object.keys(schema.blocks ?? {}).map((name) => [name, []])),
  };
  cache.set(schema, made);
  return made;
}

/** The type that an option's value is converted to. */
export function valueTypeOf(type: OptionType): Type {
  switch (type.kind) {
    case 'string':
    case 'duration':
      return STRING;
    case 'number':
      return NUMBER;
    case 'bool':
      return BOOL;
    case 'any':
      return ANY;
    case 'list':
      return listOf(valueTypeOf(type.element));
    case 'map':
      return mapOf(valueTypeOf(type.element));
  }
}

/** The type of a data source's result. */
export function outputType(outputs: Readonly<Record<string, AttributeSpec>>): Type {
  return objectOf(Object.entries(outputs).map(([name, { type }]) => [name, valueTypeOf(type)]));
}
