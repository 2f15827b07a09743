import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Where system programs are that a user's `PATH` often leaves out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * The absolute path of a program, looked for as a shell does and then in the folders for administrators.
 * @param path the value of `PATH`; default: that of this process
 * @returns undefined where there is none
 */
export async function findProgram(name: string, path = process.env['PATH'] ?? ''): Promise<string | undefined> {
  if (name.includes('/')) return (await isExecutable(name)) ? name : undefined;
  for (const folder of [...path.split(delimiter).filter((part) => part !== ''), ...SYSTEM_FOLDERS]) {
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

const isExecutable = async (path: string): Promise<boolean> => {
  const runnable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  return runnable && (await stat(path)).isFile();
};
