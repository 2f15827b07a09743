import type { Diagnostic } from '../diagnostic.js';
import type { SourceFile } from '../source.js';
import type { Body, Expression, TemplateExpression } from './ast.js';
import { makeBody, parseFileBody } from './body.js';
import { parseExpression as parseOneExpression } from './expressions.js';
import { tokenize, tokenizeTemplate } from './lexer.js';
import type { TokenizeResult } from './lexer.js';
import type { Grammar } from './reader.js';
import { ParsingStopped, Reader, SyntaxFault } from './reader.js';
import { parseTemplateExpression, parseTemplateFile } from './templates.js';

const grammar: Grammar = { expression: parseOneExpression, template: parseTemplateExpression };

/**
 * Parses a file of arguments and blocks. Faulty items are left out of the body and described in the diagnostics, in the
 * order of the text; what stands behind them is read on. It throws for no input, and takes time in proportion to it.
 */
export function parseFile(source: SourceFile): { body: Body; diagnostics: Diagnostic[] } {
  const { result, diagnostics } = run(source, tokenize(source), parseFileBody);
  if (result !== undefined) return { body: result, diagnostics };
  const reader = new Reader(source, [{ kind: 'end', start: source.text.length, end: source.text.length }], grammar);
  return { body: makeBody([], reader.lines.range(0, source.text.length)), diagnostics };
}

/**
 * Parses one expression that is the whole text, such as a variable given on the command line. Newlines around it are
 * allowed, inside it as in a file.
 */
export function parseExpression(source: SourceFile): { expression: Expression | undefined; diagnostics: Diagnostic[] } {
  const { result, diagnostics } = run(source, tokenize(source), (reader) => {
    const expression = parseOneExpression(reader);
    while (reader.take('newline') !== undefined);
    const rest = reader.peek();
    if (rest.kind !== 'end') {
      reader.fail(rest, 'hcl/extra-characters', 'unexpected text behind the expression', {
        detail: `The expression ends before ${reader.describe(rest)}.`,
      });
    }
    return expression;
  });
  return { expression: result, diagnostics };
}

/** Parses a template file: text with `${ }` and `%{ }`, without quotes and escapes. */
export function parseTemplate(source: SourceFile): {
  template: TemplateExpression | undefined;
  diagnostics: Diagnostic[];
} {
  const { result, diagnostics } = run(source, tokenizeTemplate(source), parseTemplateFile);
  return { template: result, diagnostics };
}

function run<T>(
  source: SourceFile,
  lexed: TokenizeResult,
  rule: (reader: Reader) => T,
): { result: T | undefined; diagnostics: Diagnostic[] } {
  const reader = new Reader(source, lexed.tokens, grammar);
  let result: T | undefined;
  try {
    result = rule(reader);
  } catch (fault) {
    if (!(fault instanceof SyntaxFault) && !(fault instanceof ParsingStopped)) throw fault;
  }
  const diagnostics = [...lexed.diagnostics, ...reader.diagnostics.list];
  diagnostics.sort((a, b) => (a.subject?.start.offset ?? 0) - (b.subject?.start.offset ?? 0));
  return { result, diagnostics };
}
