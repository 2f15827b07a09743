import { execFileSync } from 'node:child_process';

/** Whether a small file system can be mounted here, to fill it: only root may, and not in every container. */
export function mayMountSmallDisk(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    // In a name space of its own, so that nothing stays.
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
