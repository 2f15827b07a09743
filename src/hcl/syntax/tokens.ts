/**
 * Kinds of tokens. Punctuation and operators are their own kind. The pieces of templates are tokens, too, so the
 * stream is flat: `"a${b}"` is open-quote, literal, `${`, identifier, template-close, close-quote.
 */
export type TokenKind =
  | 'identifier'
  | 'number'
  | 'open-quote'
  | 'close-quote'
  /** Text of a quoted string, of one heredoc line or of a template file, as written. */
  | 'literal'
  /** `<<WORD` or `<<-WORD` with its newline. */
  | 'open-heredoc'
  /** The end word with the white space before it; the newline behind it is a token of its own. */
  | 'close-heredoc'
  /** `${` or `${~`. */
  | 'interpolation'
  /** `%{` or `%{~`. */
  | 'directive'
  /** The `}` or `~}` that ends either. */
  | 'template-close'
  | 'newline'
  | 'comment'
  /** A character or string that is no part of the language; its diagnostic has been given. */
  | 'invalid'
  | 'end'
  | Punctuation;

export const PUNCTUATION = [
  '...',
  '=>',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '::',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '=',
  ':',
  '?',
  ',',
  '.',
  '!',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
] as const;
export type Punctuation = (typeof PUNCTUATION)[number];

/** A token is a span of the text; the text between two tokens is only blanks and tabs. Offsets count UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}
