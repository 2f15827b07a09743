import { isAbsolute, join, posix, resolve } from 'node:path';
import type { FunctionContext } from '../../eval/function.js';
import { badArgument, stringFunction } from '../define.js';

/** A path without `.`, `..` where they can be resolved, doubled or final slashes; `.` for an empty one. */
function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** A path whose leading `~` stands for the home directory. Throws for the home of another user. */
export function expandHome(path: string, context: FunctionContext): string {
  if (!path.startsWith('~')) return path;
  if (path.length > 1 && path[1] !== '/' && path[1] !== '\\') {
    throw badArgument(0, `the home directory in \`${path}\` cannot be found; only \`~/\` can be expanded`);
  }
  return join(context.homeDirectory, path.slice(1));
}

/** The absolute form of a path that is relative to the template directory. */
export function fromTemplate(path: string, context: FunctionContext): string {
  return resolve(context.workingDirectory, context.templateDirectory, path);
}

export const basename = stringFunction('basename', 'the last part of a path', (path) => {
  const last = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return last === '' ? (path === '' ? '.' : '/') : last;
});

export const dirname = stringFunction('dirname', 'a path without its last part', (path) =>
  clean(path.slice(0, path.lastIndexOf('/') + 1)),
);

export const abspath = stringFunction('abspath', 'a path made absolute from the working directory', (path, context) =>
  isAbsolute(path) ? clean(path) : resolve(context.workingDirectory, path),
);

export const pathexpand = stringFunction(
  'pathexpand',
  'a path with a leading `~` replaced by the home directory',
  expandHome,
);
