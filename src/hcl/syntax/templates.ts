import type { SourceRange } from '../source.js';
import type { Expression, TemplateExpression, TemplatePart } from './ast.js';
import { trimLeft, trimRight } from './characters.js';
import { removeIndentation } from './heredoc.js';
import { unescapeBare, unescapeQuoted } from './quoted.js';
import type { Reader } from './reader.js';
import type { Token, TokenKind } from './tokens.js';

/** A template before its directives are matched: literals (already stripped), interpolations and directives in a row. */
export type Piece =
  | { readonly kind: 'literal'; value: string; readonly range: SourceRange }
  | { readonly kind: 'interpolation'; readonly expression: Expression; readonly range: SourceRange }
  | { readonly kind: 'if'; readonly condition: Expression; readonly range: SourceRange; readonly token: Token }
  | {
      readonly kind: 'for';
      readonly names: readonly string[];
      readonly collection: Expression;
      readonly range: SourceRange;
      readonly token: Token;
    }
  | DirectiveEnd<'else'>
  | DirectiveEnd<'endif'>
  | DirectiveEnd<'endfor'>;

interface DirectiveEnd<K> {
  readonly kind: K;
  readonly range: SourceRange;
  readonly token: Token;
}

type DirectiveStart = Extract<Piece, { kind: 'if' } | { kind: 'for' }>;
type Form = TemplateExpression['form'];

/** A quoted string or a heredoc, from its opening token on. */
export function parseTemplateExpression(reader: Reader): TemplateExpression {
  const open = reader.next();
  if (open.kind === 'open-quote') return finish(reader, 'quoted', open, 'close-quote', false);
  return finish(reader, 'heredoc', open, 'close-heredoc', reader.text.charAt(open.start + 2) === '-');
}

/** A template file as a whole. */
export function parseTemplateFile(reader: Reader): TemplateExpression {
  return finish(reader, 'file', undefined, 'end', false);
}

function finish(
  reader: Reader,
  form: Form,
  open: Token | undefined,
  close: TokenKind,
  flush: boolean,
): TemplateExpression {
  const pieces: Piece[] = [];
  let height = 0;
  let stripNext = false;
  while (reader.peek().kind !== close) {
    const token = reader.next();
    const strip = stripNext;
    stripNext = false;
    if (token.kind === 'literal') {
      const value = form === 'quoted' ? unescapeQuoted(reader, token) : unescapeBare(reader.textOf(token));
      pieces.push({ kind: 'literal', value: strip ? trimLeft(value) : value, range: reader.rangeOf(token) });
    } else if (token.kind === 'interpolation' || token.kind === 'directive') {
      if (reader.textOf(token).endsWith('~')) stripBefore(pieces);
      const piece = reader.withNewlines(false, () => reader.nested(() => parseSequence(reader, token)));
      height = Math.max(height, reader.height);
      pieces.push(piece);
      stripNext = reader.text.charAt(reader.last().start) === '~';
    } else {
      return reader.fail(token, 'hcl/unclosed-string', 'unclosed string', { detail: 'The string does not end.' });
    }
  }
  const end = reader.next();
  if (flush) removeIndentation(pieces);
  const only = pieces.length === 1 ? pieces[0] : undefined;
  const parts = new Matcher(reader, pieces).parts();
  reader.grow(height);
  const start = open?.start ?? (reader.text.startsWith('\ufeff') ? 1 : 0);
  return {
    kind: 'template',
    form,
    parts,
    isWrap: only?.kind === 'interpolation',
    range: reader.lines.range(start, end.end),
  };
}

function stripBefore(pieces: readonly Piece[]): void {
  const last = pieces[pieces.length - 1];
  if (last?.kind === 'literal') last.value = trimRight(last.value);
}

/** What stands between `${` or `%{` and its `}`, which is consumed. */
function parseSequence(reader: Reader, open: Token): Piece {
  if (open.kind === 'interpolation') {
    if (reader.peek().kind === 'template-close') {
      reader.fail(reader.peek(), 'hcl/empty-interpolation', 'empty interpolation', {
        detail: 'An expression must stand between `${` and `}`.',
        suggestion: 'for the characters themselves write `$${`',
      });
    }
    const expression = reader.grammar.expression(reader);
    return { kind: 'interpolation', expression, range: close(reader, open, 'interpolation') };
  }
  const word = reader.next();
  const keyword = word.kind === 'identifier' ? reader.textOf(word) : '';
  switch (keyword) {
    case 'if': {
      const condition = reader.grammar.expression(reader);
      return { kind: 'if', condition, range: close(reader, open, 'directive'), token: open };
    }
    case 'for': {
      const names = [loopName(reader)];
      if (reader.take(',') !== undefined) names.push(loopName(reader));
      if (!reader.isWord('in')) {
        reader.fail(reader.peek(), 'hcl/invalid-for', 'invalid `for`', {
          detail: `\`in\` must follow the loop variables, not ${reader.describe(reader.peek())}.`,
          suggestion: 'write `%{ for item in list }`',
        });
      }
      reader.next();
      const collection = reader.grammar.expression(reader);
      return { kind: 'for', names, collection, range: close(reader, open, 'directive'), token: open };
    }
    case 'else':
    case 'endif':
    case 'endfor':
      reader.grow(0);
      return { kind: keyword, range: close(reader, open, 'directive'), token: open };
    default:
      return reader.fail(word, 'hcl/unknown-directive', 'unknown template directive', {
        detail: `${reader.describe(word)} is no directive; there are \`if\`, \`else\`, \`endif\`, \`for\` and \`endfor\`.`,
        suggestion: ['elseif', 'elif', 'elsif'].includes(keyword)
          ? 'put an `if` into the `else` branch'
          : 'for the characters themselves write `%%{`',
      });
  }
}

function loopName(reader: Reader): string {
  const token = reader.next();
  if (token.kind === 'identifier') return reader.textOf(token);
  return reader.fail(token, 'hcl/invalid-for', 'invalid `for`', {
    detail: `The name of a loop variable must stand here, not ${reader.describe(token)}.`,
    suggestion: 'write `%{ for item in list }`',
  });
}

function close(reader: Reader, open: Token, what: string): SourceRange {
  const token = reader.next();
  if (token.kind === 'template-close') return reader.lines.range(open.start, token.end);
  return reader.fail(token, 'hcl/extra-characters-in-template', `unexpected text in ${what}`, {
    detail: `The \`}\` that ends this ${what} must stand here, not ${reader.describe(token)}.`,
    context: reader.lines.range(open.start, token.end),
    suggestion: token.kind === ':' ? 'write `::` for a namespace, or `? :` with a condition' : 'close with `}`',
  });
}

/** Brings `if … endif` and `for … endfor` together. */
class Matcher {
  #index = 0;

  constructor(
    readonly reader: Reader,
    readonly pieces: readonly Piece[],
  ) {}

  parts(): TemplatePart[] {
    const parts = this.#until();
    const rest = this.pieces[this.#index];
    if (rest !== undefined && 'token' in rest) {
      this.reader.fail(rest.token, 'hcl/unexpected-directive', 'directive without its start', {
        detail: `No \`${rest.kind === 'endfor' ? 'for' : 'if'}\` is open for this \`${rest.kind}\`.`,
        suggestion: 'remove it, or look for an end too many in the text before',
      });
    }
    return parts;
  }

  /** Parts up to a directive that none of them has opened; that one is not consumed. */
  #until(): TemplatePart[] {
    const parts: TemplatePart[] = [];
    for (let piece = this.pieces[this.#index]; piece !== undefined; piece = this.pieces[this.#index]) {
      if (piece.kind === 'else' || piece.kind === 'endif' || piece.kind === 'endfor') return parts;
      this.#index++;
      if (piece.kind === 'literal') this.#addLiteral(parts, piece);
      else if (piece.kind === 'interpolation') parts.push(piece);
      else parts.push(this.#directive(piece));
    }
    return parts;
  }

  /** Neighbouring literals (the lines of a heredoc) become one. What strip markers have emptied stays as it is. */
  #addLiteral(parts: TemplatePart[], piece: Extract<Piece, { kind: 'literal' }>): void {
    const last = parts[parts.length - 1];
    if (last?.kind !== 'literal') {
      parts.push({ kind: 'literal', value: piece.value, range: piece.range });
      return;
    }
    const range = { ...last.range, end: piece.range.end };
    parts[parts.length - 1] = { kind: 'literal', value: last.value + piece.value, range };
  }

  #directive(piece: DirectiveStart): TemplatePart {
    const inner = this.reader.nested(() => this.#until());
    if (piece.kind === 'for') {
      const end = this.#expect(piece, 'endfor');
      const [first = '', second] = piece.names;
      const names = second === undefined ? { valueName: first } : { keyName: first, valueName: second };
      return {
        kind: 'for',
        ...names,
        collection: piece.collection,
        body: inner,
        range: { ...piece.range, end: end.range.end },
      };
    }
    let otherwise: TemplatePart[] = [];
    if (this.pieces[this.#index]?.kind === 'else') {
      this.#index++;
      otherwise = this.reader.nested(() => this.#until());
    }
    const end = this.#expect(piece, 'endif');
    return {
      kind: 'if',
      condition: piece.condition,
      then: inner,
      else: otherwise,
      range: { ...piece.range, end: end.range.end },
    };
  }

  #expect(piece: DirectiveStart, kind: 'endif' | 'endfor'): Piece {
    const end = this.pieces[this.#index];
    if (end?.kind === kind) {
      this.#index++;
      return end;
    }
    if (end !== undefined && 'token' in end) {
      return this.reader.fail(end.token, 'hcl/unexpected-directive', 'directive in the wrong place', {
        detail: `\`${kind}\` must come before this \`${end.kind}\`, for the \`${piece.kind}\` on line ${piece.range.start.line}.`,
        suggestion: `add \`%{ ${kind} }\``,
      });
    }
    return this.reader.fail(piece.token, 'hcl/unclosed-directive', 'unclosed template directive', {
      detail: `No \`${kind}\` ends this \`${piece.kind}\`.`,
      suggestion: `add \`%{ ${kind} }\``,
    });
  }
}
