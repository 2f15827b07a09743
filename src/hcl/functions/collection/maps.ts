import type { FunctionError } from '../../eval/function.js';
import { toMap } from '../../values/collect.js';
import { ANY, STRING, listOf, mapOf, objectOf, tupleOf, typesEqual, type Type } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, convertArgument, define, failure, stringList } from '../define.js';

/** Whether the type has keys. */
function isKeyed(type: Type): boolean {
  return type.kind === 'map' || type.kind === 'object';
}

/** In byte order. The keys of an object are known even when its value is not. */
export const keys = define({
  name: 'keys',
  summary: 'the keys of a map or object in order',
  parameters: [{ name: 'map', type: ANY, allowUnknown: true }],
  returns: listOf(STRING),
  call: ([map]) => {
    const { type } = map;
    if (type.kind === 'object') return Value.tuple([...type.attributes.keys()].map(Value.string));
    if (type.kind !== 'map') throw badArgument(0, 'must be a map or object');
    return map.isKnown ? stringList([...map.entries.keys()]) : Value.unknown(listOf(STRING));
  },
});

export const values = define({
  name: 'values',
  summary: 'the values of a map or object in the order of their keys',
  parameters: [{ name: 'map', type: ANY }],
  returns: ([map]) => {
    const { type } = map as Value;
    if (type.kind === 'map') return listOf(type.element);
    if (type.kind !== 'object') throw badArgument(0, 'must be a map or object');
    return tupleOf([...type.attributes.values()]);
  },
  call: ([map]) => {
    if (!isKeyed(map.type)) throw badArgument(0, 'must be a map or object');
    const items = [...map.entries.values()];
    return map.type.kind === 'map' ? Value.list(map.type.element, items) : Value.tuple(items);
  },
});

export const zipmap = define({
  name: 'zipmap',
  summary: 'a map from a list of keys and a list of values',
  parameters: [
    { name: 'keys', type: listOf(STRING) },
    { name: 'values', type: ANY },
  ],
  returns: ([names, list]) => zippedType(names as Value, (list as Value).type),
  call: ([names, list]) => {
    const type = zippedType(names, list.type);
    if (!names.isWhollyKnown) return Value.unknown(type);
    const { items } = list;
    if (names.items.length !== items.length) throw unevenLists(names.items.length, items.length);
    const entries = names.items.map((name, i): [string, Value] => [keyText(name, i), items[i] as Value]);
    return list.type.kind === 'list' ? Value.map(list.type.element, entries) : Value.object(entries);
  },
});

/** A list makes a map; a tuple an object, whose attributes are only known with the names. */
function zippedType(names: Value, type: Type): Type {
  if (type.kind === 'list') return mapOf(type.element);
  if (type.kind !== 'tuple') throw badArgument(1, 'must be a list or tuple');
  if (!names.isWhollyKnown) return ANY;
  if (names.items.length !== type.elements.length) throw unevenLists(names.items.length, type.elements.length);
  return objectOf(names.items.map((name, i) => [keyText(name, i), type.elements[i] as Type]));
}

function keyText(name: Value, i: number): string {
  if (name.isNull) throw badArgument(0, `key ${i} is null`);
  return name.text;
}

function unevenLists(names: number, values: number): FunctionError {
  return failure(`the number of keys, ${names}, differs from the number of values, ${values}`);
}

/** A default for a missing key is converted to the element type of a map. */
export const lookup = define({
  name: 'lookup',
  summary: 'the value of a key, or a default where the key is missing',
  parameters: [
    { name: 'map', type: ANY },
    { name: 'key', type: STRING },
    { name: 'default', type: ANY },
  ],
  mayBeNull: true,
  returns: ([map, key, fallback]) => lookedUpType((map as Value).type, key as Value, fallback as Value),
  call: ([map, key, fallback]) => {
    const type = lookedUpType(map.type, key, fallback);
    // A part that is not known yet could be of any type.
    if (!map.isWhollyKnown) return Value.unknown(type);
    return map.entries.get(key.text) ?? convertArgument(fallback, type, 2);
  },
});

function lookedUpType(type: Type, key: Value, fallback: Value): Type {
  if (type.kind === 'map') {
    convertArgument(fallback, type.element, 2);
    return type.element;
  }
  if (type.kind !== 'object') throw badArgument(0, 'must be a map or object');
  return key.isKnown ? (type.attributes.get(key.text) ?? fallback.type) : ANY;
}

/** Maps or objects of one type give that type, all else an object. Null arguments are passed over, but their type counts. */
export const merge = define({
  name: 'merge',
  summary: 'the entries of several maps or objects; a later one wins',
  parameters: [],
  variadic: { name: 'maps', type: ANY, allowNull: true, allowUntyped: true },
  returns: mergedType,
  call: (maps) => {
    const type = mergedType(maps);
    for (const [i, map] of maps.entries()) requireKeys(map, i);
    const entries = maps.filter((map) => !map.isNull).flatMap((map) => [...map.entries]);
    return type.kind === 'map'
      ? toMap(entries, (type as Type & { readonly element: Type }).element)
      : Value.object(entries);
  },
});

function requireKeys({ type, isNull }: Value, i: number): void {
  const isUntypedNull = type.kind === 'any' && isNull;
  if (!isUntypedNull && !isKeyed(type)) throw badArgument(i, 'must be a map or object');
}

function mergedType(maps: readonly Value[]): Type {
  const [first] = maps;
  if (!first) return objectOf([]);
  const attributes = new Map<string, Type>();
  let isOpen = false;
  for (const [i, map] of maps.entries()) {
    const { type } = map;
    // Whatever follows is not looked at.
    if (type.kind === 'any') return ANY;
    requireKeys(map, i);
    if (map.isNull) continue;
    if (type.kind === 'object') for (const [name, each] of type.attributes) attributes.set(name, each);
    else if (type.kind === 'map' && map.isKnown)
      for (const name of map.entries.keys()) attributes.set(name, type.element);
    else isOpen = true;
  }
  if (maps.every((map) => typesEqual(map.type, first.type))) return first.type;
  return isOpen ? ANY : objectOf(attributes);
}
