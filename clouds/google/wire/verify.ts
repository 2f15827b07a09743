import { type Field, type MessageType, requestType, upper } from './description.js';

/** What is wrong with a request: fields that nobody knows, and values of the wrong kind. Google's client drops or bends both. */
export function requestFaults(service: string, method: string, request: object): string[] {
  return [...faultsOf(requestType(service, method), request, '')];
}

function* faultsOf(type: MessageType, value: object, path: string): Generator<string> {
  for (const [name, content] of Object.entries(value) as [string, unknown][]) {
    if (content === undefined) continue;
    const place = `${path}${name}`;
    const field = type.fields[name]?.resolve();
    if (!field) yield `there is no \`${place}\``;
    else if (field.repeated) {
      if (!Array.isArray(content)) yield `\`${place}\` must be a list`;
      else for (const [i, item] of content.entries()) yield* valueFaults(type, name, field, item, `${place}[${i}]`);
    } else if (field.map) {
      if (typeof content !== 'object' || content === null) yield `\`${place}\` must be a map`;
      else
        for (const [key, item] of Object.entries(content))
          yield* valueFaults(type, name, field, item, `${place}.${key}`);
    } else yield* valueFaults(type, name, field, content, place);
  }
}

function* valueFaults(
  owner: MessageType,
  name: string,
  field: Field,
  value: unknown,
  place: string,
): Generator<string> {
  const inner = field.resolvedType;
  if (inner && 'fields' in inner) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) yield `\`${place}\` must be an object`;
    else yield* faultsOf(inner, value, `${place}.`);
    return;
  }
  if (inner) {
    if (typeof value !== 'string' || !(value in inner.values)) yield `\`${place}\` cannot be \`${String(value)}\``;
    return;
  }
  const kind = kindOf(field.type);
  if (!KINDS[kind]?.(value)) yield `\`${place}\` must be ${kind}`;
  // Fields with a choice of words are text in the description, and the words stand in an enumeration beside them.
  const words = (owner.nested?.[upper(name)] as { readonly values?: object } | undefined)?.values;
  if (words && kind === 'text' && !(String(value) in words)) yield `\`${place}\` cannot be \`${String(value)}\``;
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  'a whole number': (value) => Number.isSafeInteger(value),
  'a whole number as text': (value) => typeof value === 'string' && /^-?\d+$/.test(value),
  'a number': (value) => typeof value === 'number',
};

function kindOf(type: string): string {
  switch (type) {
    case 'string':
      return 'text';
    case 'bool':
      return 'bool';
    case 'int64':
    case 'uint64':
      return 'a whole number as text';
    case 'float':
    case 'double':
      return 'a number';
    default:
      return 'a whole number';
  }
}
