import type { Description, FieldSpec, Route, TypeSpec } from './description.js';

/** What Google would refuse in a request: parameters and fields that are not there, and values of the wrong form. */
export function faultsOf(description: Description, route: Route, query: URLSearchParams, body: unknown): string[] {
  return [...queryFaults(route, query), ...bodyFaults(description, route, body)];
}

/** Google's own clients and command line say these with every call. */
const EVERYWHERE = new Set(['alt', 'prettyPrint', 'fields', 'key', 'quotaUser', '$alt', '$.xgafv']);

function* queryFaults({ request, parameters, body }: Route, query: URLSearchParams): Generator<string> {
  for (const name of new Set(query.keys())) {
    if (EVERYWHERE.has(name)) continue;
    const field = request.fields[name];
    if (!field || parameters.includes(name) || name === body) yield `there is no parameter ${name}`;
    else for (const value of query.getAll(name)) if (!scalarIsRight(field.type, value, true)) yield `${name}=${value}`;
  }
}

function* bodyFaults(description: Description, { request, body }: Route, sent: unknown): Generator<string> {
  // A wait sends an empty text, and some clients an empty object where nothing is wanted.
  const isEmpty = sent === undefined || sent === '' || JSON.stringify(sent) === '{}';
  if (body === undefined) {
    if (!isEmpty) yield 'this call takes no body';
    return;
  }
  const type = description.type(request.fields[body]?.type ?? '');
  if (!type) throw new Error(`the body ${body} has no type`);
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) yield 'the body is no object';
  else yield* objectFaults(description, type, sent, '');
}

function* objectFaults(description: Description, type: TypeSpec, value: object, path: string): Generator<string> {
  for (const [name, content] of Object.entries(value) as [string, unknown][]) {
    const field = type.fields[name];
    if (!field) yield `unknown field ${path}${name}`;
    else if (content === null) continue;
    else if (field.rule === 'repeated') {
      if (!Array.isArray(content)) yield `${path}${name} is no list`;
      // Google takes a null in a list, and passes over it.
      else
        for (const item of content) if (item !== null) yield* valueFaults(description, type, name, field, item, path);
    } else if (field.keyType !== undefined) {
      if (typeof content !== 'object' || Array.isArray(content)) yield `${path}${name} is no map`;
      else for (const item of Object.values(content)) yield* valueFaults(description, type, name, field, item, path);
    } else yield* valueFaults(description, type, name, field, content, path);
  }
}

function* valueFaults(
  description: Description,
  owner: TypeSpec,
  name: string,
  { type }: FieldSpec,
  value: unknown,
  path: string,
): Generator<string> {
  const inner = description.type(type);
  if (inner) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) yield `${path}${name} is no object`;
    else yield* objectFaults(description, inner, value, `${path}${name}.`);
    return;
  }
  const words = owner.nested?.[type]?.values ?? owner.nested?.[name.charAt(0).toUpperCase() + name.slice(1)]?.values;
  if (words) {
    if (typeof value !== 'string' || !(value in words)) yield `${path}${name} cannot be ${JSON.stringify(value)}`;
  } else if (!scalarIsRight(type, value, false)) yield `${path}${name} is no ${type}: ${JSON.stringify(value)}`;
}

function scalarIsRight(type: string, value: unknown, isText: boolean): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return isText ? value === 'true' || value === 'false' : typeof value === 'boolean';
    case 'int64':
    case 'uint64':
    case 'fixed64':
      // 64-bit numbers are text in JSON.
      return (typeof value === 'string' && /^-?\d+$/.test(value)) || Number.isSafeInteger(value);
    case 'float':
    case 'double':
      return isText ? Number.isFinite(Number(value)) : typeof value === 'number';
    default:
      return isText ? /^-?\d+$/.test(String(value)) : Number.isInteger(value);
  }
}
