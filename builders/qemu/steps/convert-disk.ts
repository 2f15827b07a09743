import { rename } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import { lastRewrite } from '../settings.js';
import type { Disks } from './create-disks.js';
import type { Programs } from './find-programs.js';

const ATTEMPTS = 10;
const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 10_000;

/** Rewrites the main disk without the blocks that hold nothing, compressed where that is wanted. */
export async function convertDisk(context: BuilderContext<Config>, { driver, disks }: Programs & Disks): Promise<void> {
  const { config } = context;
  const { needed, compress } = lastRewrite(config);
  if (!needed) return;
  const main = disks[0] as string;
  const target = `${main}.convert`;
  context.say(compress ? 'compressing the disk' : 'compacting the disk');
  const extra = config.qemu_img_args?.convert ?? [];
  const args = ['convert', ...(compress ? ['-c'] : []), ...extra, '-O', config.format, main, target];
  for (
    let attempt = 1, wait = FIRST_PAUSE_MILLISECONDS;
    ;
    attempt++, wait = Math.min(wait * 4, LONGEST_PAUSE_MILLISECONDS)
  ) {
    try {
      await driver.qemuImg(args);
      break;
    } catch (error) {
      // The lock of a process goes a moment after the process.
      const locked = error instanceof ImgpackError && error.details.some((line) => line.includes('Failed to get "'));
      if (!locked) throw error;
      if (attempt === ATTEMPTS) throw new ImgpackError(messages.diskLocked(main), { cause: error });
      await pause(wait, undefined, { signal: context.signal });
    }
  }
  await rename(target, main);
}
