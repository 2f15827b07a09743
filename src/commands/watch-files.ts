import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Editors write a file in several strokes; they count as one change. */
const SETTLE_MILLISECONDS = 80;

/** Tells when anything below some paths changes. What is watched may be more than what matters: look before you act. */
export class FileWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly onChange: () => void) {}

  /** Watches a folder with all that is in it, or the folder that a file is in. Watching twice is watching once. */
  async add(path: string): Promise<void> {
    const stats = await stat(path).catch(() => undefined);
    const folder = stats?.isDirectory() === true ? resolve(path) : dirname(resolve(path));
    if (this.covers(folder)) return;
    try {
      const watcher = watch(folder, { recursive: stats?.isDirectory() === true }, () => this.changed());
      watcher.on('error', () => undefined); // A folder that goes away.
      this.watchers.set(folder, watcher);
    } catch {
      // It is not there yet; what is made of it is made when the folder above changes.
    }
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private covers(folder: string): boolean {
    return [...this.watchers.keys()].some((watched) => folder === watched || folder.startsWith(`${watched}/`));
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onChange, SETTLE_MILLISECONDS);
  }
}
