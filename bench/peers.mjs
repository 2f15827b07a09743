import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const imgpack = fileURLToPath(new URL('../bin/imgpack', import.meta.url));
/** Packer to measure against: Debian's, or the one that PACKER names. */
export const packer = process.env.PACKER ?? 'packer';

/** A folder of its own, with an environment that shares nothing with the user's. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'imgpack-bench-'));
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: folder,
    IMGPACK_STATE_DIR: join(folder, 'state'),
    IMGPACK_CACHE_DIR: join(folder, 'store'),
    PACKER_CACHE_DIR: join(folder, 'cache'),
    CHECKPOINT_DISABLE: '1',
  };
  return { folder, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
