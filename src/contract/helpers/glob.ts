import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';

/**
 * The paths that a shell pattern names, in byte order: `*` and `?` stay within one folder, `[a-z]` and `[^a-z]` are
 * classes, `\` takes the next character as it is. There is no `**` and no `{a,b}`. Names come back in the form in which
 * the pattern is written, relative ones counted from `directory`. Nothing that matches: an empty list.
 */
export async function expandGlob(pattern: string, directory: string): Promise<string[]> {
  const parts = pattern.split('/');
  let found = [''];
  for (const [i, part] of parts.entries()) {
    const next: string[] = [];
    for (const path of found) next.push(...(await matchesIn(path, part, directory, i < parts.length - 1)));
    found = next;
  }
  return found.filter((path) => path !== '');
}

async function matchesIn(prefix: string, part: string, directory: string, wantFolder: boolean): Promise<string[]> {
  const open = (name: string) => (wantFolder ? `${prefix}${name}/` : `${prefix}${name}`);
  if (part === '' || part === '.' || part === '..') return [open(part)];
  const matcher = patternToRegExp(part);
  const folder = resolve(directory, prefix === '' ? '.' : prefix);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES') return [];
    throw error;
  });
  return entries
    .map((entry) => entry.name)
    .filter((name) => matcher.test(name))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(open);
}

/** One path element as a regular expression over names. */
function patternToRegExp(part: string): RegExp {
  let source = '';
  for (let i = 0; i < part.length; i++) {
    const character = part[i] as string;
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '\\' && i + 1 < part.length) source += escapeCharacter(part[++i] as string);
    else if (character === '[') {
      const end = part.indexOf(']', i + 2);
      if (end < 0) source += '\\[';
      else {
        source += `[${part.slice(i + 1, end).replace(/^[!^]/, '^')}]`;
        i = end;
      }
    } else source += escapeCharacter(character);
  }
  return new RegExp(`^${source}$`, 'su');
}

const escapeCharacter = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
