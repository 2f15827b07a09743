import { join } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { Config } from '../config.js';
import { diskSize, machineName } from '../settings.js';
import type { Folders } from './create-output-directory.js';
import type { Programs } from './find-programs.js';
import type { SourceImage } from './obtain-image.js';

export interface Disks {
  /** Absolute paths, the main disk first. */
  readonly disks: readonly string[];
}

/** Makes the empty disks, and the main disk that lies over an image. A copied main disk is made by `copy-disk`. */
export async function createDisks(
  { config, build, say }: BuilderContext<Config>,
  { driver, output, imagePath }: Programs & Folders & SourceImage,
): Promise<Disks> {
  const main = join(output.path, machineName(config, build));
  const extra = config.disk_additional_size.map((size, i) => ({ path: `${main}-${i + 1}`, size }));
  const create = async (path: string, size: string, backing: readonly string[] = []) =>
    driver.qemuImg(['create', '-f', config.format, ...backing, ...(config.qemu_img_args?.create ?? []), path, size]);

  if (config.disk_image && config.use_backing_file) {
    say('laying the disk over the image');
    const { format } = await driver.imageInfo(imagePath);
    await create(main, diskSize(config), ['-b', imagePath, '-F', format]);
  } else if (!config.disk_image) {
    say(`creating a disk of ${diskSize(config)}`);
    await create(main, diskSize(config));
  }
  for (const { path, size } of extra) await create(path, size);
  return { disks: [main, ...extra.map(({ path }) => path)] };
}
