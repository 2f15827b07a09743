import { describe, expect, test } from 'vitest';
import type { Plan, PlannedComponent } from '../../src/plan/plan.js';
import { factCases } from '../support/facts-cases.js';
import { caseOfCommandLine, loadAndPlan } from '../support/load-and-plan.js';

/** A template of our own and what Packer was seen to do with it. */
interface Fact {
  readonly id: string;
  readonly area: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly exit: number;
  /** Of a run without a fault: the lines that each build printed behind an `@`, in order. */
  readonly echo?: Readonly<Record<string, readonly string[]>>;
  /** How many builds ran. */
  readonly count?: number;
  /** Of the first fault, where it has a place. */
  readonly file?: string;
  readonly line?: number;
  /** Builds that ran though another one had a fault. */
  readonly built?: readonly string[];
}

/** Cases in which imgpack means to differ, with the reason; docs/differences.md has them, too. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'types/default-26': 'all functions may stand in the default of a variable',
};

/** The texts behind `echo '@` in the commands of a component. */
function echoed({ options }: PlannedComponent): string[] {
  const { inline, command } = options as { inline?: unknown; command?: unknown };
  const commands = Array.isArray(inline) ? inline : [command];
  return commands.flatMap((line) => /^echo '@(.*)'\s*$/s.exec(String(line))?.[1] ?? []);
}

function echoOf({ builds }: Plan): Record<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const { identity, provisioners, chains } of builds) {
    const found = [...provisioners, ...chains.flat()].flatMap(echoed);
    lines.set(identity.name, [...(lines.get(identity.name) ?? []), ...found]);
  }
  return Object.fromEntries([...lines].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function differencesOf(fact: Fact): Promise<string[]> {
  const planned = await loadAndPlan({
    files: fact.files,
    ...(fact.env && { env: fact.env }),
    ...caseOfCommandLine(fact.args),
  });
  const [fault] = planned.diagnostics.filter(({ severity }) => severity === 'error');
  const nothing = planned.plan.builds.length === 0;
  const failed = planned.failed || nothing;
  const told =
    fault && `${fault.code} (${fault.summary}: ${fault.detail}) at ${fault.subject?.file}:${fault.subject?.start.line}`;
  if (failed !== (fact.exit !== 0)) return [failed ? `is refused: ${told}` : 'is accepted'];
  if (fact.exit === 0) {
    const ours = { echo: echoOf(planned.plan), count: planned.plan.builds.length };
    const seen = { echo: fact.echo, count: fact.count };
    return JSON.stringify(ours) === JSON.stringify(seen)
      ? []
      : [`gives ${JSON.stringify(ours)}, not ${JSON.stringify(seen)}`];
  }
  if (fact.line === undefined || !fault) return [];
  const { file, start } = fault.subject ?? { file: undefined, start: { line: 0 } };
  // Packer names the head of the block where the fault is inside it.
  const isInside = file === fact.file && start.line >= fact.line;
  return isInside ? [] : [`has its fault elsewhere: ${told}, not at ${fact.file}:${fact.line}`];
}

describe('templates of our own', () => {
  const facts = factCases<Fact>('own-templates.jsonl');
  const areas = [...new Set(facts.map(({ area }) => area))];

  test.each(areas)('%s: as Packer was seen to take them', async (area) => {
    const faults: string[] = [];
    for (const fact of facts.filter((each) => each.area === area)) {
      const found = await differencesOf(fact);
      if (DIFFERENCES[fact.id] === undefined) faults.push(...found.map((text) => `${fact.id} ${text}`));
      else if (found.length === 0) faults.push(`${fact.id} does not differ: ${DIFFERENCES[fact.id]}`);
    }
    expect(faults).toEqual([]);
  });
});
