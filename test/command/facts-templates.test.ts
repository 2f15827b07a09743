import { describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';
import { factCases } from '../support/facts-cases.js';
import { isAsGood, isNarrative, readOutput } from '../support/output.js';
import { knownDifferences, notCovered } from './differences.js';

interface Case {
  readonly id: string;
  readonly area: string;
  readonly files: Record<string, string>;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly exit: number;
  readonly said?: Record<string, readonly string[]>;
  readonly places?: readonly { readonly file: string; readonly line: number }[];
  readonly files_after?: Record<string, string | null>;
  readonly stdout?: string;
}

const cases = factCases<Case>('templates.jsonl').filter((fact) => !notCovered(fact) && !knownDifferences.has(fact.id));

describe('templates do what Packer was seen to do with them', () => {
  it.concurrent.each(cases.map((fact) => [`${fact.area} ${fact.id}`, fact] as const))('%s', async (_title, fact) => {
    const place = await Workplace.make(fact.files);
    try {
      const outcome = await place.imgpack(fact.args, { env: fact.env ?? {} });
      const output = readOutput(outcome.stdout);
      const context = `${outcome.stdout}\n${outcome.stderr}`;
      expect(outcome.exitCode, context).toBe(fact.exit);
      if (fact.said) expect(withoutNarrative(output.saidBy), context).toEqual(withoutNarrative(fact.said));
      if (fact.places?.[0]) {
        const ours = output.places.find(({ file }) => file !== undefined);
        expect(isAsGood(ours, fact.places[0], fact.files), context).toBe(true);
      }
      if (fact.stdout !== undefined) expect(normalize(outcome.stdout), context).toBe(fact.stdout);
      if (fact.files_after) expect(await filesAfter(place, fact.files_after), context).toEqual(fact.files_after);
    } finally {
      await place.remove();
    }
  });
});

function withoutNarrative(said: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  const left = Object.entries(said).map(([name, lines]) => [name, lines.filter((line) => !isNarrative(line))] as const);
  return Object.fromEntries(left.filter(([, lines]) => lines.length > 0)) as Record<string, string[]>;
}

function normalize(stdout: string): string {
  return stdout
    .replace(/^\d{9,11},/gm, 'TIME,')
    .replace(/(script: )\S+/g, '$1SCRIPT')
    .replace(/after (\d+ \w+ ?)+\.?/g, 'after TIME');
}

async function filesAfter(
  place: Workplace,
  expected: Record<string, string | null>,
): Promise<Record<string, string | null>> {
  const files = await place.files();
  const manifestOf = (text: string) =>
    text
      .replace(/"build_time": \d+/g, '"build_time": "-"')
      .replace(/"(packer_run_uuid|last_run_uuid)": "[^"]*"/g, '"$1": "-"');
  return Object.fromEntries(
    Object.entries(expected).map(([name, content]) => {
      const file = files[name];
      if (!file) return [name, null];
      return [name, content === 'exists' ? 'exists' : manifestOf(file.toString('utf8'))];
    }),
  );
}
