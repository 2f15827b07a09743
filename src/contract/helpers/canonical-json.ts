import type { Json } from '../json.js';

/** JSON text with the keys of every object in order, so that equal data have equal texts. */
export function canonicalJson(data: Json): string {
  return JSON.stringify(ordered(data));
}

/** The same data with the keys of every object in order. */
export function ordered(data: Json): Json {
  if (Array.isArray(data)) return data.map((item: Json) => ordered(item));
  if (data === null || typeof data !== 'object') return data;
  const entries = Object.entries(data).map(([key, item]): [string, Json] => [key, ordered(item as Json)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
