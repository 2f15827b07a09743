import type { BuildValues } from '../contract/artifact.js';
import { COMMON_BUILD_KEYS, UNKNOWN_TEXT } from '../contract/build-keys.js';
import { fromJson } from '../hcl/values/json.js';
import { Value } from '../hcl/values/value.js';

/** `build` with the name of the build block, real values where there are any, and a text for those that are not known. */
export function buildValue(blockName: string, extraKeys: readonly string[], values: BuildValues = {}): Value {
  const entries = new Map<string, Value>();
  for (const key of [...COMMON_BUILD_KEYS, ...extraKeys]) entries.set(key, Value.string(UNKNOWN_TEXT));
  for (const [key, value] of Object.entries(values)) entries.set(key, fromJson(value));
  entries.set('name', Value.string(blockName));
  return Value.object(entries);
}

/** `source` of one use of a source; `key` where it is an instance of an expanded one. */
export function sourceValue(localName: string, builderType: string, key?: Value): Value {
  return Value.object([
    ['name', Value.string(localName)],
    ['type', Value.string(builderType)],
    ...(key ? [['key', key] as const] : []),
  ]);
}
