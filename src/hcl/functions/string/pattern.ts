import type * as Re2 from 're2js';
import { lazily } from '../lazy.js';

const re2 = lazily<typeof Re2>('re2js');

/** One match: where it stands in UTF-16 units, and the text of each group, `null` where it took no part. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly groups: readonly (string | null)[];
}

/** A compiled RE2 pattern. `names` has one entry for each capturing group, `undefined` for those without a name. */
export interface Pattern {
  readonly names: readonly (string | undefined)[];
  /** The first match, or all matches that do not overlap, in order. */
  matches(text: string): Iterable<Match>;
}

const compiled = new Map<string, Pattern>();

/** Compiles a pattern in RE2 syntax. Throws what the library throws for a faulty one. */
export function compilePattern(source: string): Pattern {
  const known = compiled.get(source);
  if (known) return known;
  const { plain, names } = takeNames(source);
  const expression = re2().RE2JS.compile(plain);
  const pattern: Pattern = { names, matches: (text) => findMatches(expression, names.length, text) };
  compiled.set(source, pattern);
  return pattern;
}

/**
 * Makes named groups plain ones and gives their names: a name may be used twice in the language, which the library
 * refuses. Malformed group heads stay as they are, to be refused.
 */
function takeNames(source: string): { plain: string; names: (string | undefined)[] } {
  const names: (string | undefined)[] = [];
  let plain = '';
  let inClass = false;
  for (let i = 0; i < source.length;) {
    const token = nextToken(source, i, inClass);
    if (token === '[' && !inClass) {
      inClass = true;
      // A closing bracket right behind the opening one, or behind its negation, is a member.
      const head = /^\[\^?\]?/.exec(source.slice(i))?.[0] ?? '[';
      plain += head;
      i += head.length;
      continue;
    }
    if (token === ']') inClass = false;
    const name = !inClass && /^\(\?P?<(\w+)>$/.exec(token)?.[1];
    if (name) names.push(name);
    else if (token === '(' && !inClass && source[i + 1] !== '?') names.push(undefined);
    // A repetition right behind the head is a fault, and would make another group of a plain one: `(?`.
    plain += name && source[i + token.length] !== '?' ? '(' : token;
    i += token.length;
  }
  return { plain, names };
}

/** An escape, a quotation `\Q…\E`, a POSIX class inside a class, the head of a named group, or one character. */
function nextToken(source: string, at: number, inClass: boolean): string {
  const rest = source.slice(at);
  const special = inClass ? /^(?:\\[^]|\[:\^?\w+:\])/ : /^(?:\\Q[^]*?(?:\\E|$)|\\[^]|\(\?P?<\w+>)/;
  return special.exec(rest)?.[0] ?? (rest[0] as string);
}

/** An empty match right behind another match does not count. */
function* findMatches(expression: Re2.RE2JS, groupCount: number, text: string): Iterable<Match> {
  const matcher = expression.matcher(text);
  let previousEnd = -1;
  for (let position = 0; position <= text.length && matcher.find(position);) {
    const start = matcher.start();
    const end = matcher.end();
    const fresh = end !== start || start !== previousEnd;
    if (fresh) {
      const groups = Array.from({ length: groupCount }, (_, i) => matcher.group(i + 1) ?? null);
      yield { start, end, text: text.slice(start, end), groups };
    }
    previousEnd = end;
    position = end > position ? end : position + ((text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1);
  }
}
