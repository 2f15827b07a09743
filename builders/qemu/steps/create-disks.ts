import { join } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { Config } from '../config.js';
import { diskSize, isOverlay, machineName } from '../settings.js';
import type { Folders } from './create-output-directory.js';
import type { Programs } from './find-programs.js';
import type { SourceImage } from './obtain-image.js';

export interface Disks {
  /** Absolute paths, the main disk first. */
  readonly disks: readonly string[];
}

/**
 * Makes the empty disks, and the main disk where it lies over an image. That is so where the template asks for it, and
 * where the disk is rewritten in the end anyway: the rewrite then takes the place of the copy. `copy-disk` makes the rest.
 */
export async function createDisks(
  { config, build, say }: BuilderContext<Config>,
  { driver, output, imagePath }: Programs & Folders & SourceImage,
): Promise<Disks> {
  const main = join(output.path, machineName(config, build));
  const extra = config.disk_additional_size.map((size, i) => ({ path: `${main}-${i + 1}`, size }));
  const create = async (path: string, size: readonly string[], backing: readonly string[] = []) =>
    driver.qemuImg(['create', '-f', config.format, ...backing, ...(config.qemu_img_args?.create ?? []), path, ...size]);

  if (config.disk_image && isOverlay(config)) {
    say('laying the disk over the image');
    const { format } = await driver.imageInfo(imagePath);
    // Without a size the disk is as large as the image; `resize-disk` comes next.
    const size = config.use_backing_file ? [diskSize(config)] : [];
    await create(main, size, ['-b', imagePath, '-F', format]);
  } else if (!config.disk_image) {
    say(`creating a disk of ${diskSize(config)}`);
    await create(main, [diskSize(config)]);
  }
  for (const { path, size } of extra) await create(path, [size]);
  return { disks: [main, ...extra.map(({ path }) => path)] };
}
