import type { TokenKind } from '../syntax/tokens.js';
import type { Line, Word } from './lines.js';

/** Sets the spaces between the tokens of each line. Those at the line start and before aligned columns are set later. */
export function setSpaces(lines: readonly Line[]): void {
  for (const line of lines) {
    const words = [...line.lead, ...line.assign, ...line.comment];
    for (const [index, word] of words.entries()) {
      const left = words[index - 1];
      word.spaces = left !== undefined && isApart(words[index - 2], left, word) ? 1 : 0;
    }
  }
}

const TEMPLATE_PARTS = kinds('literal', 'open-quote', 'open-heredoc', 'template-close');
/** A minus behind one of these takes a space: values, and oddly comments, arrows and what opens a template sequence. */
const BEFORE_SUBTRACTION = kinds(
  'identifier',
  'number',
  'close-quote',
  'close-heredoc',
  ')',
  ']',
  '}',
  'interpolation',
  'directive',
  '=>',
  'comment',
);
const INDEXABLE = kinds('identifier', 'number', ')', ']', '}');

/** Whether a space stands between two tokens; `before` is the one in front of them. */
function isApart(before: Word | undefined, left: Word, right: Word): boolean {
  if (TEMPLATE_PARTS.has(left.kind) || right.kind === 'literal') return false;
  if (right.kind === 'close-quote' || right.kind === 'close-heredoc') return false;
  if (left.kind === 'identifier' && right.kind === '(') return false;
  if (left.kind === '.' || right.kind === '.' || left.kind === '::' || right.kind === '::') return false;
  if (right.kind === ',' || right.kind === '...') return false;
  if (left.kind === ',') return true;
  if (left.text === 'in' && left.kind === 'identifier' && before?.kind === 'identifier') return true;
  if (left.kind === 'interpolation' || left.kind === 'directive') return right.kind === '{';
  if (right.kind === 'template-close') return left.kind === '}';
  if (left.kind === '!') return false;
  if (left.kind === '-' && (before === undefined || !BEFORE_SUBTRACTION.has(before.kind))) return false;
  if (left.kind === '(' || left.kind === '[' || right.kind === ')' || right.kind === ']') return false;
  if (left.kind === '{') return right.kind !== '}';
  if (right.kind === '[' && INDEXABLE.has(left.kind)) return false;
  return true;
}

function kinds(...list: TokenKind[]): ReadonlySet<TokenKind> {
  return new Set(list);
}
