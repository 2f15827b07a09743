import type { Diagnostic } from '../diagnostic.js';
import { tokenize } from '../syntax/lexer.js';
import { parseFile } from '../syntax/parser.js';
import { alignColumns } from './align.js';
import { indentLines } from './indent.js';
import { lineText, splitLines } from './lines.js';
import { setSpaces } from './spaces.js';

/** A fault of evaluation that the parser finds early. It does not hinder formatting. */
const HARMLESS = new Set(['hcl/ambiguous-object-key']);

/**
 * Lays a file out as `packer fmt` does: indentation, one space between tokens, `=` and trailing comments of neighbouring
 * lines below each other. Only blanks between tokens change; a byte order mark goes. A file that is not valid comes back
 * as it is, with the diagnostics.
 */
export function format(text: string, name = '<text>'): { text: string; diagnostics: Diagnostic[] } {
  const source = { name, text };
  const diagnostics = parseFile(source).diagnostics.filter(({ code }) => !HARMLESS.has(code));
  if (diagnostics.length > 0) return { text, diagnostics };
  const lines = splitLines(text, tokenize(source).tokens);
  setSpaces(lines);
  indentLines(lines);
  alignColumns(lines);
  return { text: lines.map(lineText).join(''), diagnostics: [] };
}
