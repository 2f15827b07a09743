import { readdirSync, statSync, type Dirent } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** A glob pattern that cannot be read. */
export class PatternError extends Error {}

/**
 * Regular files below a folder whose path matches a pattern, as paths from that folder with `/`. `*` and `?` match
 * hidden files, but no `/`; `**` as a whole part matches any folders; `[a-c]`, `[^a-c]` and `{a,b}` are known.
 * A missing folder holds nothing. Throws `PatternError`.
 */
export function globFiles(folder: string, pattern: string): string[] {
  const found = new Set<string>();
  for (const alternative of expandBraces(pattern)) {
    const parts = posix
      .normalize(`./${alternative}`)
      .split('/')
      .filter((part) => part !== '' && part !== '.');
    const matchers = parts.map((part) => (part === '**' || part === '..' ? part : partMatcher(part)));
    for (const path of walk(folder, matchers)) found.add(relative(folder, path).split(sep).join('/'));
  }
  return [...found];
}

type Matcher = '**' | '..' | RegExp;

function* walk(folder: string, matchers: readonly Matcher[]): Iterable<string> {
  const [first, ...rest] = matchers;
  if (first === undefined) return;
  if (first === '..') {
    yield* walk(join(folder, '..'), rest);
    return;
  }
  if (first === '**') {
    yield* walk(folder, rest);
    for (const entry of list(folder)) {
      if (entry.isDirectory()) yield* walk(join(folder, entry.name), matchers);
      else if (rest.length === 0) yield* regularFile(join(folder, entry.name));
    }
    return;
  }
  for (const entry of list(folder)) {
    if (!first.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (rest.length === 0) yield* regularFile(path);
    else yield* walk(path, rest);
  }
}

/** Follows a link to its file. */
function* regularFile(path: string): Iterable<string> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) yield path;
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** `a{b,c}` is `ab` and `ac`; braces may stand in braces. */
function expandBraces(pattern: string): string[] {
  const open = findUnescaped(pattern, '{', 0);
  if (open < 0) return [pattern];
  const options: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let i = open; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      options.push(pattern.slice(start, i));
      start = i + 1;
    } else if (character === '}' && --depth === 0) {
      options.push(pattern.slice(start, i));
      const tail = pattern.slice(i + 1);
      return options.flatMap((option) => expandBraces(pattern.slice(0, open) + option + tail));
    }
  }
  throw new PatternError('has a `{` that is not closed');
}

function findUnescaped(text: string, wanted: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === wanted) return i;
  }
  return -1;
}

/** The expression for one part of a path. Only `^` negates a class; `!` is a member. */
function partMatcher(part: string): RegExp {
  let source = '';
  for (let i = 0; i < part.length; i++) {
    const character = part[i] as string;
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '[') {
      const end = findUnescaped(part, ']', i + 1);
      if (end < 0) throw new PatternError('has a `[` that is not closed');
      source += characterClass(part.slice(i + 1, end));
      i = end;
    } else if (character === '\\') {
      if (++i === part.length) throw new PatternError('ends with a backslash');
      source += escapeCharacter(part[i] as string);
    } else source += escapeCharacter(character);
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    throw new PatternError('has a range that runs backwards');
  }
}

/** The inside of `[…]`: characters and ranges, after `^` all others. A backslash takes a character as it is. */
function characterClass(body: string): string {
  const negation = body.startsWith('^') ? '^' : '';
  const members = body.slice(negation.length);
  if (members === '') throw new PatternError('has a `[]` without a character');
  const escaped = members.replace(/\\([^])|([^])/gu, (_, literal?: string, plain?: string) =>
    plain === '-' ? '-' : (literal ?? plain ?? '').replace(/[-^$\\.*+?()[\]{}|/]/, '\\$&'),
  );
  return `[${negation}${escaped}]`;
}

function escapeCharacter(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
