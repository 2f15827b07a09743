import { Diagnostics } from '../hcl/diagnostic.js';
import { at, reportError } from '../template/report.js';
import { ArtifactNames } from './artifacts/names.js';
import { bodiesOf, namesOf, type Candidate } from './candidate.js';
import type { ArtifactReference } from './late-values.js';
import { messages } from './messages.js';
import type { PlannedBuild } from './plan.js';
import type { Selection } from './selection.js';

/** The builds of a template that are to be made. */
export interface Chosen {
  /** In the order written. */
  readonly builds: readonly ChosenBuild[];
  /** All builds, chosen or not, by name. */
  readonly names: ArtifactNames;
}

export interface ChosenBuild {
  readonly candidate: Candidate;
  /** Names of the builds that read it, where the selection did not take it. */
  readonly neededBy: readonly string[];
}

/** What the selection takes, and what that reads, directly or through others. Those that wait for each other are reported. */
export function choose(candidates: readonly Candidate[], selection: Selection, diagnostics: Diagnostics): Chosen {
  const names = new ArtifactNames(
    candidates.map(({ id, block: { module }, identity: { name, builderType } }) => ({ id, name, builderType, module })),
  );
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  const selected = candidates.filter((candidate) => selection.takes(namesOf(candidate)));
  const reads = new Map<string, readonly ArtifactReference[]>();
  const neededBy = new Map<string, string[]>();
  const queue = [...selected];
  for (const candidate of queue) {
    const found = referencesOf(candidate, names, selection);
    reads.set(candidate.id, found);
    for (const id of new Set(found.map(({ build }) => build))) {
      const other = byId.get(id) as Candidate;
      neededBy.set(id, [...(neededBy.get(id) ?? []), candidate.identity.name]);
      if (!queue.includes(other)) queue.push(other);
    }
  }
  const inCycles = reportCycles(reads, byId, diagnostics);
  const chosen = candidates.filter((candidate) => queue.includes(candidate) && !inCycles.has(candidate.id));
  return {
    builds: chosen.map((candidate) => ({
      candidate,
      neededBy: selected.includes(candidate) ? [] : (neededBy.get(candidate.id) ?? []),
    })),
    names,
  };
}

/** Wrong references are reported where the component is planned that has them. */
function referencesOf(candidate: Candidate, names: ArtifactNames, selection: Selection): ArtifactReference[] {
  const unheard = new Diagnostics();
  return bodiesOf(candidate, selection).flatMap(
    ({ body, iterators }) => names.usesIn(body, iterators, candidate.id, unheard).references,
  );
}

/** Reports every circle once, at one of its references. @returns ids of the builds in circles */
function reportCycles(
  reads: ReadonlyMap<string, readonly ArtifactReference[]>,
  byId: ReadonlyMap<string, Candidate>,
  diagnostics: Diagnostics,
): ReadonlySet<string> {
  const inCycles = new Set<string>();
  const done = new Set<string>();
  const nameOf = (id: string): string => byId.get(id)?.identity.name ?? id;
  const visit = (id: string, path: readonly { readonly id: string; readonly reference: ArtifactReference }[]): void => {
    const start = path.findIndex((step) => step.id === id);
    const cycle = start < 0 ? [] : path.slice(start);
    const [first, ...others] = cycle;
    if (first) {
      if (cycle.every((step) => inCycles.has(step.id))) return;
      for (const step of cycle) inCycles.add(step.id);
      const ring = [...cycle.map((step) => nameOf(step.id)), nameOf(id)];
      const places = others.map(({ reference }) => at(reference.range));
      reportError(diagnostics, messages.artifactCycle(ring, places), { subject: first.reference.range });
      return;
    }
    if (done.has(id)) return;
    for (const reference of reads.get(id) ?? []) visit(reference.build, [...path, { id, reference }]);
    done.add(id);
  };
  for (const id of reads.keys()) visit(id, []);
  return inCycles;
}

/** Builds without those that read one that is not in order. */
export function withAllTheyRead(builds: readonly PlannedBuild[]): readonly PlannedBuild[] {
  const ids = new Set(builds.map(({ id }) => id));
  const rest = builds.filter(({ dependsOn }) => dependsOn.every((id) => ids.has(id)));
  return rest.length === builds.length ? builds : withAllTheyRead(rest);
}
