/** A text as one word of a POSIX shell. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A path as one word; a home directory in front (`~/x`, `$HOME/x`) is still looked up by the shell. */
export function quotePath(path: string): string {
  const [home = ''] = /^(~[\w.-]*|\$HOME|\$\{HOME\})(?=\/|$)/.exec(path) ?? [];
  if (home === '') return quote(path.startsWith('-') ? `./${path}` : path);
  const rest = path.slice(home.length);
  const root = home.startsWith('$') ? `"${home}"` : home;
  // The slash must stand outside of the quotes, or the shell does not see a home directory.
  return rest.length < 2 ? root + rest : `${root}/${quote(rest.slice(1))}`;
}

/** A script for `sh`, whatever the user's login shell is. */
export const inShell = (script: string): string => `sh -c ${quote(script)}`;

/** Whether a path stands for several, as a shell sees it. */
export const isPattern = (path: string): boolean => /[*?[]/.test(path);

/** A pattern as words of a shell: its wildcards work, all else is taken as it is. */
export const quotePattern = (pattern: string): string => pattern.replace(/[^\w./*?[\]~^!@%+=:,-]/gu, '\\$&');
