import { lstat, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { JsonObject } from '../json.js';
import type { Resource, ResourceKind, Resources } from '../resources.js';

interface SetAsideArgs extends JsonObject {
  /** Absolute. */
  readonly path: string;
}

const asideOf = (path: string, token: string): string => join(dirname(path), `.${basename(path)}.${token}.old`);

/** What an earlier run made, out of the way while its successor is made. Undo puts it back, unless something is there. */
export const setAsideKind: ResourceKind<SetAsideArgs> = {
  name: 'set-aside',
  describe: ({ args }) => `the setting aside of what was at \`${args.path}\``,
  async destroy({ args, token }, context) {
    const aside = asideOf(args.path, token);
    if (!(await exists(aside))) return;
    if (await exists(args.path)) {
      context.log(`${args.path}: there is something new, so what was there before stays at ${aside}`);
      return;
    }
    await rename(aside, args.path);
  },
};

/** The old things, until the new ones are complete. */
export interface SetAside {
  /** Removes them for good: the new ones are there. */
  discard(): Promise<void>;
}

/** Moves a file or folder out of the way, beside where it is. Nothing there: nothing happens. */
export async function setAside(resources: Resources, path: string): Promise<SetAside> {
  if (!(await exists(path))) return { discard: () => Promise.resolve() };
  const resource: Resource<string> = await resources.create(setAsideKind, { path }, async (token) => {
    const aside = asideOf(path, token);
    await rename(path, aside);
    return { value: aside };
  });
  return {
    async discard() {
      await resource.keep();
      await rm(resource.value, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
      throw error;
    },
  );
