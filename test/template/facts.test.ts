import { describe, expect, test } from 'vitest';
import type { SourceRange } from '../../src/hcl/source.js';
import { factCases } from '../support/facts-cases.js';
import { caseOfCommandLine, loadAndPlan } from '../support/load-and-plan.js';

interface Place {
  readonly file?: string;
  readonly line?: number;
}
interface Fault extends Place {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly at?: Place;
}
interface Observed {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly http?: unknown;
  readonly before?: unknown;
  readonly faults: readonly Fault[];
}

/** Cases in which imgpack means to differ, with the reason; docs/differences.md has them, too. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'precedence/other-func-in-default': 'all functions may stand in the default of a variable',
  'precedence/variables-with-function': 'all functions may stand in the default of a variable',
  '1592dd5d96b9': 'all functions may stand in the default of a variable',
};

/** A failure that the engine reports, once there is a plan. */
const AFTER_PLANNING = new Set(['No builds to run']);

function observed(): Observed[] {
  const messages = factCases<Observed & { diagnostics: Fault[]; places?: Place[] }>('messages.jsonl');
  const templates = factCases<Observed & { diagnostics?: Fault[]; places?: Place[] }>('templates.jsonl');
  const diagnostics = factCases<Observed & Fault>('diagnostics.jsonl');
  const semantics = factCases<Observed & { observed: { diagnostics?: Fault[] } }>('semantics.jsonl');
  return [
    ...[...messages, ...templates].map((it) => ({ ...it, faults: withPlaces(it.diagnostics ?? [], it.places ?? []) })),
    ...diagnostics.map((it) => ({
      ...it,
      faults: it.summary === undefined ? [] : [{ ...it, severity: 'error' as const }],
    })),
    ...semantics.map((it) => ({ ...it, faults: it.observed.diagnostics ?? [] })),
  ];
}

/** The list of places has those that Packer gave: they belong to the faults in order only where each has one. */
function withPlaces(faults: readonly Fault[], places: readonly Place[]): Fault[] {
  return faults.map((fault, i) => (faults.length === places.length ? { ...fault, ...places[i] } : fault));
}

/** Whether a case is about loading and planning an HCL template, and needs nothing beside its files. */
function isForLoading({ args, http, before }: Observed): boolean {
  const path = args.at(-1) ?? '';
  const isLegacy = path === '-' || (path.endsWith('.json') && !path.endsWith('.pkr.json'));
  const command = args.includes('-machine-readable') || args.some((arg) => arg.startsWith('-on-error=zzz'));
  return ['validate', 'build'].includes(args[0] ?? '') && !isLegacy && !http && !before && !command && path !== 'x.hcl';
}

/** Packer's line, the line that its explanation names, or a more exact one within the block that begins at its line. */
function fits(subject: SourceRange | undefined, fault: Fault, text: string): boolean {
  if (!fault.file || !fault.line) return true;
  if (!subject || subject.file !== fault.file) return false;
  const line = subject.start.line;
  return line === fault.line || line === fault.at?.line || (line > fault.line && line < endOfBlock(text, fault.line));
}

/** The line behind the last one of the block whose header stands at `line`; indentation shows where it ends. */
function endOfBlock(text: string, line: number): number {
  const lines = text.split('\n');
  const indent = /^ */.exec(lines[line - 1] ?? '')?.[0].length ?? 0;
  const end = lines.findIndex(
    (other, i) => i >= line && other.trim() !== '' && /^ */.exec(other)?.[0].length === indent,
  );
  return end < 0 ? lines.length + 1 : end + 1;
}

const cases = observed().filter(isForLoading);

describe('a template seen through Packer', () => {
  test('covers the cases that can be decided before anything runs', () => {
    expect(cases.length).toBeGreaterThan(700);
  });

  test.each(cases.map((it) => [it.id, it] as const))('%s', async (id, { files, args, env, faults }) => {
    if (DIFFERENCES[id] !== undefined) return expect(DIFFERENCES[id]).not.toBe('');
    const planned = await loadAndPlan({ files, ...(env && { env }), ...caseOfCommandLine(args) });
    const errors = planned.diagnostics.filter(({ severity }) => severity === 'error');
    const expected = faults.filter(({ severity, summary }) => severity === 'error' && !AFTER_PLANNING.has(summary));
    const shown = errors.map(({ summary, detail, subject }) => ({
      summary,
      detail,
      place: subject && `${subject.file}:${subject.start.line}`,
    }));
    expect({ failed: errors.length > 0, shown }).toEqual({ failed: expected.length > 0, shown });
    const [fault] = expected;
    if (fault && !fits(errors[0]?.subject, fault, files[fault.file ?? ''] ?? '')) expect(shown[0]).toEqual(fault);
  });
});
