import { chmod, mkdir, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runProgram } from '../../src/contract/helpers/run-program.js';
import type { JsonObject } from '../../src/contract/json.js';
import type { Resource, ResourceKind, Resources } from '../../src/contract/resources.js';

interface WorkArgs extends JsonObject {
  readonly parent: string;
}

const pathOf = (parent: string, token: string): string => join(parent, `imgpack-debootstrap-${token}`);

/**
 * A folder in which a system is bootstrapped. Without root its files belong to users of a name space, whom only that
 * name space may delete.
 */
export const workDirectoryKind: ResourceKind<WorkArgs> = {
  name: 'debootstrap/work-directory',
  describe: ({ args, token }) => `folder \`${pathOf(args.parent, token)}\``,
  async destroy({ args, token }, context) {
    const path = pathOf(args.parent, token);
    try {
      await rm(path, { recursive: true, force: true });
    } catch (error) {
      if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      context.log(`${path}: removing what belongs to other users`);
      await runProgram('mmdebstrap', ['--unshare-helper', 'sh', '-c', 'rm -rf "$0"/*/*', path]);
      await rm(path, { recursive: true, force: true });
    }
  },
};

/**
 * Makes the folder. In it is another with a name that cannot be guessed, which every user may write to: the users of a
 * name space count as others. The outer one lets nobody list its content.
 */
export async function createWorkDirectory(resources: Resources, parent: string): Promise<Resource<string>> {
  return resources.create(workDirectoryKind, { parent }, async (token) => {
    const outer = pathOf(parent, token);
    await mkdir(outer, { mode: 0o711 });
    const inner = join(outer, randomBytes(16).toString('hex'));
    await mkdir(inner);
    await chmod(inner, 0o777);
    return { value: inner, data: {} };
  });
}
