import { chooseEvictions, useOf } from './eviction.js';
import { heldKeys, leasedLayers, type Listed, type Survey } from './survey.js';

/** Which checkpoints to remove. Without any of these: what the store's own limit asks for. */
export interface PruneOptions {
  /** Those that were not used for so many milliseconds. */
  readonly maxAge?: number;
  /** The least recently used ones, until the rest fits into so many bytes. */
  readonly limit?: number;
  readonly all?: boolean;
  /** Only those of builds that this accepts; alone, all of them. */
  readonly build?: (name: string) => boolean;
}

/** The checkpoints that go; none that a run holds. */
export function choosePruned(
  found: Survey,
  options: PruneOptions,
  store: { readonly limit: number; readonly now: () => Date },
): Listed[] {
  const { maxAge, limit, all, build } = options;
  const held = heldKeys(found);
  const stays = ({ entry }: Listed) => held.has(entry.key) || !(build?.(entry.build) ?? true);
  if (all === true || (build && maxAge === undefined && limit === undefined)) {
    return found.entries.filter((listed) => !stays(listed));
  }
  const used = useOf(found.entries);
  const oldest = maxAge === undefined ? -Infinity : store.now().getTime() - maxAge;
  const tooOld = found.entries.filter((listed) => !stays(listed) && used(listed) < oldest);

  const bound = limit ?? (maxAge === undefined ? store.limit : Infinity);
  const entries = found.entries.filter((listed) => !tooOld.includes(listed));
  const leased = leasedLayers(found);
  const needed = new Set([...leased, ...entries.flatMap(({ chain }) => chain)]);
  const stock = {
    entries,
    layers: new Map([...found.layers].filter(([id]) => needed.has(id))),
    leased,
    held: new Set(entries.filter(stays).map(({ entry }) => entry.key)),
  };
  return [...tooOld, ...chooseEvictions(stock, bound)];
}
