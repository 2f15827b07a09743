/** What templates work on: text, numbers, bools, arrays, maps (Map or plain object), null, and undefined for "not there". */
export type GoValue = unknown;

/** A float that is whole: `2.0` is not the integer 2. Other floats are plain numbers with a fraction. */
export class GoFloat {
  constructor(readonly value: number) {}
}

export type GoMap = ReadonlyMap<string, GoValue> | Readonly<Record<string, GoValue>>;

export const isMap = (value: GoValue): value is GoMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GoFloat);

export const isList = (value: GoValue): value is readonly GoValue[] => Array.isArray(value);

export const isInteger = (value: GoValue): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));

/** The number in a float; undefined for everything else. */
export function floatOf(value: GoValue): number | undefined {
  if (value instanceof GoFloat) return value.value;
  return typeof value === 'number' && !Number.isInteger(value) ? value : undefined;
}

/** The entry of a map; undefined where there is none. Inherited properties are none. */
export function mapEntry(map: GoMap, key: string): GoValue {
  if (map instanceof Map) return map.get(key);
  return Object.hasOwn(map, key) ? (map as Record<string, GoValue>)[key] : undefined;
}

/** Entries in order of their keys, as templates go through them. */
export function mapEntries(map: GoMap): [string, GoValue][] {
  const entries: [string, GoValue][] =
    map instanceof Map ? [...(map as ReadonlyMap<string, GoValue>)] : Object.entries(map);
  return entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

export const mapSize = (map: GoMap): number => (map instanceof Map ? map.size : Object.keys(map).length);

/** Whether `if` takes the value as true: not zero, not empty. */
export function isTrue(value: GoValue): boolean {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return mapSize(value) > 0;
  return value instanceof GoFloat ? value.value !== 0 : Boolean(value);
}

/** The name of the value's type as Go writes it. */
export function typeName(value: GoValue): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (isInteger(value)) return 'int';
  if (floatOf(value) !== undefined) return 'float64';
  return isList(value) ? '[]interface {}' : isMap(value) ? 'map[string]interface {}' : typeof value;
}
