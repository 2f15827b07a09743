import { ANY, STRING, listOf, typesEqual, type Type } from '../../values/type.js';
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
  returns: ([map]) => (map?.type.kind === 'map' ? listOf(STRING) : ANY),
  call: ([map]) => {
    const { type } = map;
    if (type.kind === 'object') return Value.tuple([...type.attributes.keys()].map(Value.string));
    if (type.kind === 'any' && !map.isKnown) return Value.unknown();
    if (type.kind !== 'map') throw badArgument(0, 'must be a map or object');
    return map.isKnown ? stringList([...map.entries.keys()]) : Value.unknown(listOf(STRING));
  },
});

export const values = define({
  name: 'values',
  summary: 'the values of a map or object in the order of their keys',
  parameters: [{ name: 'map', type: ANY }],
  returns: ([map]) => (map?.type.kind === 'map' ? listOf(map.type.element) : ANY),

  looksInside: true,
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
  returns: ANY,

  looksInside: true,
  call: ([names, list]) => {
    if (list.type.kind !== 'list' && list.type.kind !== 'tuple') throw badArgument(1, 'must be a list or tuple');
    if (!names.isWhollyKnown) return Value.unknown();
    const items = list.items;
    if (names.items.length !== items.length) {
      throw failure(`the number of keys, ${names.items.length}, differs from the number of values, ${items.length}`);
    }
    const entries = names.items.map((name, i): [string, Value] => {
      if (name.isNull) throw badArgument(0, `key ${i} is null`);
      return [name.text, items[i] as Value];
    });
    return list.type.kind === 'list' ? Value.map(list.type.element, entries) : Value.object(entries);
  },
});

/** A default for a missing key is converted to the element type of a map. */
export const lookup = define({
  name: 'lookup',
  summary: 'the value of a key, or a default where the key is missing',
  parameters: [
    { name: 'map', type: ANY },
    { name: 'key', type: STRING },
    { name: 'default', type: ANY },
  ],
  returns: ([map]) => (map?.type.kind === 'map' ? map.type.element : ANY),

  looksInside: true,
  call: ([map, key, fallback]) => {
    const { type } = map;
    if (type.kind !== 'map' && type.kind !== 'object') throw badArgument(0, 'must be a map or object');
    const found = map.entries.get(key.text);
    if (found) return found;
    if (type.kind === 'object') return fallback;
    return convertArgument(fallback, type.element, 2);
  },
});

/** Maps of one type give a map, all else an object. Null arguments are passed over, but make the result an object. */
export const merge = define({
  name: 'merge',
  summary: 'the entries of several maps or objects; a later one wins',
  parameters: [],
  variadic: { name: 'maps', type: ANY, allowNull: true },
  returns: ANY,

  looksInside: true,
  call: (maps) => {
    for (const [i, map] of maps.entries()) {
      const isBareNull = map.type.kind === 'any' && map.isNull;
      if (!isBareNull && !isKeyed(map.type)) throw badArgument(i, 'must be a map or object');
    }
    const entries = maps.filter((map) => !map.isNull).flatMap((map) => [...map.entries]);
    const type = maps[0]?.type;
    const same = type?.kind === 'map' && maps.every((map) => typesEqual(map.type, type));
    return same ? Value.map(type.element, entries) : Value.object(entries);
  },
});
