import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Login {
  readonly login: string;
  readonly password: string;
}

/** The login for a host from `~/.netrc`, or from the file that `NETRC` names; undefined where there is none. */
export async function netrcLogin(
  host: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Login | undefined> {
  const path = env['NETRC'] ?? join(env['HOME'] ?? homedir(), '.netrc');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : findLogin(text, host);
}

/** Finds the entry of a host, else the `default` entry, in the text of a netrc file. */
export function findLogin(text: string, host: string): Login | undefined {
  // A macro runs up to an empty line and may hold anything.
  const words = text
    .replace(/^[ \t]*macdef[^]*?(?:\n[ \t]*\n|(?![^]))/gm, '\n')
    .replace(/^[ \t]*#.*$/gm, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  let applies = false;
  let entry: Partial<Record<string, string>> = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'machine' || word === 'default') {
      if (applies) break;
      entry = {};
      applies = word === 'default' || words[++i] === host;
    } else {
      entry[word] = words[++i];
    }
  }
  return applies && entry['login'] !== undefined
    ? { login: entry['login'], password: entry['password'] ?? '' }
    : undefined;
}
