import { isBlank, trimLeft } from './characters.js';
import type { Piece } from './templates.js';

/**
 * Applies `<<-`: takes from every line the smallest indentation that a line with content has, counted in characters.
 * Lines of white space alone neither count nor change, unless a value or directive follows on them. A line whose
 * predecessor lost its newline to `~}` is not seen as a line of its own (so does HashiCorp's parser).
 */
export function removeIndentation(pieces: readonly Piece[]): void {
  let smallest = Infinity;
  const lineStarts: (Piece & { kind: 'literal' })[] = [];
  let atStart = true;
  for (const [index, piece] of pieces.entries()) {
    if (piece.kind !== 'literal') {
      if (atStart) smallest = 0;
      atStart = false;
      continue;
    }
    if (atStart && !isBlankLine(piece.value, pieces[index + 1])) {
      smallest = Math.min(smallest, indentation(piece.value));
      lineStarts.push(piece);
    }
    atStart = piece.value.endsWith('\n');
  }
  if (smallest === Infinity || smallest === 0) return;
  for (const piece of lineStarts) piece.value = [...piece.value].slice(smallest).join('');
}

function isBlankLine(text: string, next: Piece | undefined): boolean {
  return trimLeft(text) === '' && (text.endsWith('\n') || next === undefined);
}

function indentation(text: string): number {
  let count = 0;
  for (const character of text) {
    if (!isBlank(character) || character === '\n') break;
    count++;
  }
  return count;
}
