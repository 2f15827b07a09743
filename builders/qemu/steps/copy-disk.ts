import { constants } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { Config } from '../config.js';
import { isOverlay } from '../settings.js';
import type { Disks } from './create-disks.js';
import type { Programs } from './find-programs.js';
import type { SourceImage } from './obtain-image.js';

/** Copies a disk image to the main disk, and converts it where it has another format. */
export async function copyDisk(
  { config, say }: BuilderContext<Config>,
  { driver, disks, layer, imagePath }: Programs & Disks & SourceImage,
): Promise<void> {
  if (!config.disk_image || layer || isOverlay(config)) return;
  const main = disks[0] as string;
  const convert = config.qemu_img_args?.convert ?? [];
  say('copying the disk image');
  if (extname(imagePath) === `.${config.format}` && convert.length === 0) {
    // Shares the blocks where the file system can, which takes no time.
    await copyFile(imagePath, main, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(main, 0o644);
  } else await driver.qemuImg(['convert', ...convert, '-O', config.format, imagePath, main]);
}
