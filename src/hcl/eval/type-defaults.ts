import type { Type } from '../values/type.js';
import { makeSet } from '../values/set.js';
import { Value } from '../values/value.js';

/** Defaults of optional attributes; `children` by attribute name, by position in a tuple, or by `''` for every element. */
export interface TypeDefaults {
  readonly attributes: ReadonlyMap<string, Value>;
  readonly children: ReadonlyMap<string, TypeDefaults>;
}

/** Fills in defaults where an attribute is missing or null, inside out; done before the conversion to the type. */
export function applyDefaults(value: Value, defaults: TypeDefaults): Value {
  if (!value.isKnown || value.isNull) return value;
  const child = (key: string, item: Value) => {
    const inner = defaults.children.get(key) ?? defaults.children.get('');
    return inner ? applyDefaults(item, inner) : item;
  };
  return rebuild(value, defaults, child).withMarks(value.marks);
}

function rebuild(value: Value, defaults: TypeDefaults, child: (key: string, item: Value) => Value): Value {
  switch (value.type.kind) {
    case 'object':
    case 'map': {
      const entries = new Map([...value.entries].map(([key, item]) => [key, child(key, item)] as const));
      for (const [name, fallback] of defaults.attributes) {
        const given = entries.get(name);
        if (!given || (given.isKnown && given.isNull)) entries.set(name, child(name, fallback));
      }
      return Value.object(entries);
    }
    case 'tuple':
    case 'list':
      return Value.tuple(value.items.map((item, i) => child(String(i), item)));
    case 'set': {
      const items = value.items.map((item) => child('', item));
      const types = items.map((item) => item.type);
      return types.length === 0 ? value : makeSet(types[0] as Type, items);
    }
    default:
      return value;
  }
}
