import { expect, it } from 'vitest';
import { parseExpression, parseFile } from '../../../src/hcl/syntax/parser.js';
import { factCases } from '../../support/facts-cases.js';

interface FormatCase {
  id: string;
  input?: string;
  error?: string;
  exit?: number;
}
interface ExpressionCase {
  id: string;
  expr?: string;
  error?: string;
}
interface TemplateCase {
  id: string;
  files?: Record<string, unknown>;
  exit: number;
}

it.each(['format.jsonl', 'fmt.jsonl'])('%s: refused and accepted as seen', (file) => {
  for (const { id, input, error, exit } of factCases<FormatCase>(file)) {
    if (input === undefined) continue;
    const refused = parseFile({ name: id, text: input }).diagnostics.length > 0;
    expect([id, refused]).toEqual([id, error !== undefined || exit === 1]);
  }
});

it.each(['expressions.jsonl', 'expressions-more.jsonl'])('%s: what has a value parses', (file) => {
  for (const { id, expr, error } of factCases<ExpressionCase>(file)) {
    if (expr === undefined || error !== undefined) continue;
    expect([id, parseExpression({ name: id, text: expr }).diagnostics]).toEqual([id, []]);
  }
});

it.each(['templates.jsonl', 'semantics.jsonl'])('%s: templates that work parse', (file) => {
  for (const { id, files, exit } of factCases<TemplateCase>(file)) {
    for (const [name, text] of Object.entries(files ?? {})) {
      if (exit !== 0 || !/\.pkr(vars)?\.hcl$/.test(name) || typeof text !== 'string') continue;
      expect([id, parseFile({ name, text }).diagnostics]).toEqual([id, []]);
    }
  }
});

it('diagnostics.jsonl: syntax faults are placed on the observed line', () => {
  const cases = factCases<{ id: string; files: Record<string, string>; line?: number }>('diagnostics.jsonl');
  const syntax = cases.filter(({ id, line }) => /^diag\/syntax-/.test(id) && line !== undefined);
  expect(syntax.length).toBeGreaterThan(40);
  const misplaced = syntax.flatMap(({ id, files, line }) =>
    Object.entries(files).flatMap(([name, text]) => {
      const found = parseFile({ name, text }).diagnostics[0];
      return found === undefined || found.subject?.start.line === line ? [] : [`${id}: ${found.code}`];
    }),
  );
  expect(misplaced).toEqual([]);
});
