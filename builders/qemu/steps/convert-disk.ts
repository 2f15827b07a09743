import { rename } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import type { Driver } from '../driver.js';
import { messages } from '../messages.js';
import { lastRewrite } from '../settings.js';
import type { StateSaver } from '../state-saver.js';
import type { Disks } from './create-disks.js';
import type { Programs } from './find-programs.js';
import type { SourceImage } from './obtain-image.js';

const ATTEMPTS = 10;
const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 10_000;

type Before = Programs & Disks & SourceImage & { readonly saver?: StateSaver };

/**
 * Makes the disks of the result: rewrites the main disk without the blocks that hold nothing, compressed where that is
 * wanted. Disks whose states were saved are layers over layers, and become files that stand alone (or over the image,
 * where the template wants that).
 */
export async function convertDisk(context: BuilderContext<Config>, state: Before): Promise<void> {
  const { config } = context;
  const { driver, results, layer } = state;
  const disks = state.saver?.current.disks ?? state.disks;
  const { needed, compress } = lastRewrite(config);
  const [main = '', ...extra] = results;
  const convert = (from: string, to: string, args: readonly string[]) =>
    unlocked(context, driver, from, ['convert', ...args, '-O', config.format, from, to]);
  if (layer) {
    context.say(compress ? 'compressing the disk' : 'writing the disk');
    if (config.use_backing_file) await overImage(context, state, disks[0] as string, main);
    else
      await convert(disks[0] as string, main, [...(compress ? ['-c'] : []), ...(config.qemu_img_args?.convert ?? [])]);
    for (const [i, path] of extra.entries()) await convert(disks[i + 1] as string, path, []);
  } else if (needed) {
    context.say(compress ? 'compressing the disk' : 'compacting the disk');
    const target = `${main}.convert`;
    await convert(main, target, [...(compress ? ['-c'] : []), ...(config.qemu_img_args?.convert ?? [])]);
    await rename(target, main);
  }
}

/** What lies over the image, without the layers in between. */
async function overImage(
  context: BuilderContext<Config>,
  { driver, imagePath }: Before,
  disk: string,
  target: string,
): Promise<void> {
  const { format } = await driver.imageInfo(imagePath);
  await unlocked(context, driver, disk, ['rebase', '-b', imagePath, '-F', format, disk]);
  const args = ['convert', ...(context.config.disk_compression ? ['-c'] : []), '-B', imagePath, '-F', format];
  await driver.qemuImg([...args, '-O', 'qcow2', disk, target]);
}

/** Runs `qemu-img` on a disk whose machine has ended: the lock of a process goes a moment after the process. */
async function unlocked(
  context: BuilderContext<Config>,
  driver: Driver,
  disk: string,
  args: readonly string[],
): Promise<void> {
  for (
    let attempt = 1, wait = FIRST_PAUSE_MILLISECONDS;
    ;
    attempt++, wait = Math.min(wait * 4, LONGEST_PAUSE_MILLISECONDS)
  ) {
    try {
      await driver.qemuImg(args);
      return;
    } catch (error) {
      const locked = error instanceof ImgpackError && error.details.some((line) => line.includes('Failed to get "'));
      if (!locked) throw error;
      if (attempt === ATTEMPTS) throw new ImgpackError(messages.diskLocked(disk), { cause: error });
      await pause(wait, undefined, { signal: context.signal });
    }
  }
}
