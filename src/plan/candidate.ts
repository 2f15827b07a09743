import type { BuildIdentity } from '../contract/context.js';
import type { Diagnostics } from '../hcl/diagnostic.js';
import type { SourceRange } from '../hcl/source.js';
import type { Body } from '../hcl/syntax/ast.js';
import { NO_ITERATORS, type Iterators } from '../template/body.js';
import { keyed } from '../template/expansion.js';
import { at, reportError } from '../template/report.js';
import type { BuildBlock, ComponentBlock, SourceUse, Template } from '../template/template.js';
import { messages } from './messages.js';
import type { Selection } from './selection.js';

/** A build that the template offers, selected or not. */
export interface Candidate {
  readonly block: BuildBlock;
  readonly use: SourceUse;
  readonly identity: Omit<BuildIdentity, 'runId'>;
  /** As in `PlannedBuild`. */
  readonly id: string;
}

/** Every source of every build block, in the order written. Names that must not occur twice are reported. */
export function candidatesOf(template: Template, diagnostics: Diagnostics): Candidate[] {
  const ids = new Map<string, number>();
  const before = new Map<string, Named>();
  return template.builds.flatMap((block) =>
    block.uses.map((use) => {
      const identity = identityOf(block, use);
      checkUnique(block, use, identity.name, before, diagnostics);
      return { block, use, identity, id: uniqueId(identity.name, ids) };
    }),
  );
}

/** The bodies that options of a build come from. */
export function bodiesOf({ block, use }: Candidate, selection: Selection): { body: Body; iterators: Iterators }[] {
  const { source, addition } = use;
  const steps = block.chains.flatMap((chain) => {
    const end = chain.findIndex((step) => appliesTo(step, use) && selection.cuts(step.name ?? step.type));
    return end < 0 ? chain : chain.slice(0, end);
  });
  const blocks = [...block.provisioners, ...(block.errorCleanup ? [block.errorCleanup] : []), ...steps];
  return [
    ...(source ? [{ body: source.body, iterators: NO_ITERATORS }] : []),
    ...(addition ? [addition] : []),
    ...blocks.filter((component) => appliesTo(component, use)),
  ];
}

/** Whether `only` and `except` of a block leave it for this source. */
export function appliesTo({ only, except }: ComponentBlock, { type, localNames }: SourceUse): boolean {
  const names = localNames.map((name) => `${type}.${name}`);
  const isAmong = (list: readonly string[]): boolean => names.some((name) => list.includes(name));
  return (only.length === 0 || isAmong(only)) && !isAmong(except);
}

/** The build's name, and the names without keys, which stand for all instances. */
export function namesOf({ block, use }: Candidate): string[] {
  return block.alternatives.flatMap((name) =>
    use.localNames.map((local) => [name, use.type, local].filter((part) => part !== '').join('.')),
  );
}

function identityOf(block: BuildBlock, use: SourceUse): Omit<BuildIdentity, 'runId'> {
  const short = `${use.type}.${use.localName}`;
  return {
    name: block.name === '' ? short : `${block.name}.${short}`,
    blockName: block.name,
    // Files and machines are named after it: instances of one build block must not share them.
    sourceLabel: keyed(use.label, block.key),
    sourceName: keyed(use.localName, block.key),
    builderType: use.type,
  };
}

interface Named {
  readonly isInstance: boolean;
  readonly place: SourceRange;
}

/** Two builds of one name are Packer's to have; an instance has a name of its own. */
function checkUnique(
  block: BuildBlock,
  use: SourceUse,
  name: string,
  before: Map<string, Named>,
  diagnostics: Diagnostics,
): void {
  const isInstance = block.key !== undefined || use.source?.key !== undefined;
  const other = before.get(name);
  if (other && (isInstance || other.isInstance))
    reportError(diagnostics, messages.duplicateBuild(name, at(other.place)), {
      subject: use.range,
      context: block.headerRange,
    });
  before.set(name, { isInstance, place: use.range });
}

/** Builds may share a name; their ids differ by a number. */
function uniqueId(name: string, ids: Map<string, number>): string {
  const count = (ids.get(name) ?? 0) + 1;
  ids.set(name, count);
  return count === 1 ? name : `${name}#${count}`;
}
