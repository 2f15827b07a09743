import type { Filter } from '@aws-sdk/client-ec2';

interface Filters {
  readonly filters: Readonly<Record<string, string>>;
  readonly filter: readonly { readonly name: string; readonly value: string }[];
}

/** The filters of a block, sorted by name. */
export function filtersOf({ filters, filter }: Filters): Filter[] {
  const all = { ...filters, ...Object.fromEntries(filter.map(({ name, value }) => [name, value])) };
  return Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([Name, value]) => ({ Name, Values: valuesOf(value) }));
}

/** The values in one record of CSV: `a, b` are two, `"a,b"` is one. */
export function valuesOf(text: string): string[] {
  const values: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') break;
  }
  return values;
}

/** For people: what was looked for. */
export const filterText = (filters: readonly Filter[]): string =>
  filters.map(({ Name, Values = [] }) => `${Name} = ${Values.join(' or ')}`).join(', ') || 'no filter';
