import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../contract/context.js';
import type { Host } from '../host.js';

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

function homeOf(env: Host['env']): string {
  return env['HOME'] || homedir();
}
