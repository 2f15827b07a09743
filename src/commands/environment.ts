import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBytes } from '../contract/bytes.js';
import type { Environment } from '../contract/context.js';
import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';

/** The surroundings of a run, from the process's own. */
export function environmentOf(host: Host): Environment {
  const { env } = host;
  return {
    env,
    workingDirectory: host.workingDirectory,
    cacheDirectory: env['PACKER_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(homeOf(env), '.cache'), 'packer'),
    temporaryDirectory: env['TMPDIR'] || tmpdir(),
    now: () => new Date(),
  };
}

/** Where journals and finished builds are recorded: `IMGPACK_STATE_DIR`, else the user's state folder. */
export function stateDirectoryOf(host: Host): string {
  const { env } = host;
  return env['IMGPACK_STATE_DIR'] || join(env['XDG_STATE_HOME'] || join(homeOf(env), '.local', 'state'), 'imgpack');
}

/** Where states of machines and finished builds are kept: `IMGPACK_CACHE_DIR`, else the user's folder for caches. */
export function cacheFolderOf(host: Host): string {
  const { env } = host;
  return env['IMGPACK_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(homeOf(env), '.cache'), 'imgpack');
}

const DEFAULT_CACHE_SIZE = '20G';

/**
 * What saved machines may take together, in bytes: `IMGPACK_CACHE_SIZE`, else 20 GiB.
 * @throws ImgpackError `command/bad-size`
 */
export function cacheLimitOf({ env }: Host): number {
  const text = env['IMGPACK_CACHE_SIZE'] || DEFAULT_CACHE_SIZE;
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new ImgpackError(commandMessages.badSize('IMGPACK_CACHE_SIZE', text));
  return bytes;
}

function homeOf(env: Host['env']): string {
  return env['HOME'] || homedir();
}
