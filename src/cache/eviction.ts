import type { Listed } from './survey.js';

/** What the choice is made from. */
export interface Stock {
  readonly entries: readonly Listed[];
  /** Bytes of every layer, by id. */
  readonly layers: ReadonlyMap<string, { readonly bytes: number }>;
  /** Layers that are needed whatever goes. */
  readonly leased: ReadonlySet<string>;
  /** Keys that stay. */
  readonly held: ReadonlySet<string>;
}

/** What all checkpoints and layers take, on the disk and elsewhere. */
export function sizeOf({ entries, layers }: Pick<Stock, 'entries' | 'layers'>): number {
  const onDisk = [...layers.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return entries.reduce((sum, listed) => sum + elsewhere(listed, layers), onDisk);
}

/**
 * The checkpoints to remove so that the rest fits into `limit` bytes: the least recently used first. Use of a checkpoint is
 * use of those below it, and of two that were used together the upper one goes first, as the lower one frees nothing alone.
 */
export function chooseEvictions(stock: Stock, limit: number): Listed[] {
  let size = sizeOf(stock);
  const needs = new Map<string, number>();
  const count = (id: string, by: number) => needs.set(id, (needs.get(id) ?? 0) + by);
  for (const id of stock.leased) count(id, 1);
  for (const { chain } of stock.entries) for (const id of chain) count(id, 1);

  const chosen: Listed[] = [];
  for (const listed of byUse(stock.entries)) {
    if (size <= limit) break;
    if (stock.held.has(listed.entry.key)) continue;
    chosen.push(listed);
    size -= elsewhere(listed, stock.layers);
    for (const id of listed.chain) {
      count(id, -1);
      if (needs.get(id) === 0) size -= stock.layers.get(id)?.bytes ?? 0;
    }
  }
  return chosen;
}

/** Least recently used first. */
function byUse(entries: readonly Listed[]): Listed[] {
  const used = useOf(entries);
  return [...entries].sort(
    (a, b) => used(a) - used(b) || b.chain.length - a.chain.length || (a.entry.key < b.entry.key ? -1 : 1),
  );
}

/** When a checkpoint, or one whose machine went on from it, was used last; in milliseconds since 1970. */
export function useOf(entries: readonly Listed[]): (listed: Listed) => number {
  const used = new Map<string, number>();
  for (const { chain, lastUse } of entries) {
    for (const id of chain) used.set(id, Math.max(used.get(id) ?? 0, lastUse.getTime()));
  }
  return ({ entry, lastUse }) => (entry.layer && used.get(entry.layer.id)) ?? lastUse.getTime();
}

/** An entry counts its own layer, too; that is counted once, with the layers. */
const elsewhere = ({ entry }: Listed, layers: Stock['layers']): number =>
  Math.max(0, entry.bytes - (entry.layer ? (layers.get(entry.layer.id)?.bytes ?? 0) : 0));
