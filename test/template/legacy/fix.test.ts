import { describe, expect, it } from 'vitest';
import { Diagnostics } from '../../../src/hcl/diagnostic.js';
import { fixLegacyText } from '../../../src/template/legacy/fix-text.js';
import { factCases } from '../../support/facts-cases.js';

interface Case {
  readonly input: string;
  /** What Packer printed; null where it refused. */
  readonly output: string | null;
}

describe('old JSON templates are put right as Packer puts them right', () => {
  it.each(factCases<Case>('fix.jsonl').map((fact) => [fact.input, fact] as const))('%s', (_title, fact) => {
    const diagnostics = new Diagnostics();
    const fixed = fixLegacyText({ name: 't.json', text: fact.input }, diagnostics);
    expect(fixed === undefined ? null : `${fixed}\n\n`).toBe(fact.output);
    expect(diagnostics.hasErrors).toBe(fact.output === null);
  });
});
