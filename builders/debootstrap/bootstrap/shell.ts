/** A text as one word of a POSIX shell. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;

/** A command that writes a file of the system whose folder is in `$root`, with its parents. */
export function writeFile(path: string, content: string, mode = '0644'): string {
  const target = `"$root"${quote(path)}`;
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  return [
    `mkdir -p "$root"${quote(folder)}`,
    `printf '%s' ${quote(content)} > ${target}`,
    `chmod ${mode} ${target}`,
  ].join('\n');
}

/** A script of `body` for `sh`, that takes the folder of the system as its argument and stops at the first fault. */
export const script = (body: readonly string[]): string => `set -eu\nroot=$1\n${body.join('\n')}\n`;

/** A command inside the system, with the folders of programs that it has, whatever this machine's are. */
export const inside = (command: string): string => `PATH=${PATH} chroot "$root" /bin/sh -e -c ${quote(command)}`;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
