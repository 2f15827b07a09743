import { basename, join } from 'node:path';
import type { Layer } from '../../../src/contract/checkpoint.js';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { Config } from '../config.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import { diskIn } from '../saved-machine.js';
import { diskSize, isOverlay, machineName } from '../settings.js';
import type { Folders } from './create-output-directory.js';
import type { Programs } from './find-programs.js';
import type { Origin } from './look-at-state.js';
import type { SourceImage } from './obtain-image.js';

export interface Disks {
  /** What the machine writes to: absolute paths, the main disk first. */
  readonly disks: readonly string[];
  readonly diskFormat: string;
  /** Where the disks are to be in the end: the same paths, unless the machine writes to a layer. */
  readonly results: readonly string[];
  /** The layer that the machine writes to, where its states are saved. */
  readonly layer?: Layer;
}

type Before = Programs & Folders & SourceImage & Origin;

/**
 * Makes the empty disks, and the main disk where it lies over an image. That is so where the template asks for it, where
 * the disk is rewritten in the end anyway (the rewrite then takes the place of the copy), and where states are saved: a
 * state is what lies over the one before. `copy-disk` makes the rest.
 */
export async function createDisks(context: BuilderContext<Config>, state: Before): Promise<Disks> {
  const { config, build, checkpoints } = context;
  const main = join(state.output.path, machineName(config, build));
  const results = [main, ...config.disk_additional_size.map((_, i) => `${main}-${i + 1}`)];
  if (checkpoints) {
    const layer = await checkpoints.begin(state.origin?.layer);
    const disks = results.map((_, i) => diskIn(layer, i));
    if (state.origin) await overOrigin(context, state, state.origin, layer, disks.length);
    else await createAll(context, state, disks, 'qcow2', true);
    return { disks, diskFormat: 'qcow2', results, layer };
  }
  await createAll(context, state, results, config.format, isOverlay(config));
  return { disks: results, diskFormat: config.format, results };
}

/** Over the saved disks, which are told where their image is by now. */
async function overOrigin(
  { config }: BuilderContext<Config>,
  state: Before,
  origin: NonNullable<Origin['origin']>,
  above: Layer,
  count: number,
): Promise<void> {
  const { driver, imagePath } = state;
  const { image } = origin.saved;
  try {
    if (config.disk_image && imagePath !== image.path) {
      const root = (await driver.backingChain(diskIn(origin.layer, 0))).find(({ backing }) => backing === image.path);
      const { format } = await driver.imageInfo(imagePath);
      if (root) await driver.qemuImg(['rebase', '-u', '-b', imagePath, '-F', format, root.path]);
    }
    await overlay(state, origin.layer, above, count);
  } catch (error) {
    const reason = error instanceof ImgpackError ? [error.message, ...error.details].join(': ') : String(error);
    throw new ImgpackError(messages.stateUnusable(reason), { cause: error });
  }
}

/**
 * Disks over those of another layer, which stay as they are. They name it by a relative path, so that a store can be moved.
 */
export async function overlay(
  { driver }: Programs,
  below: Layer,
  above: Layer,
  count: number,
): Promise<readonly string[]> {
  const disks = Array.from({ length: count }, (_, i) => diskIn(above, i));
  for (const [i, disk] of disks.entries()) {
    const path = `../${basename(below.folder)}/${basename(diskIn(below, i))}`;
    await driver.qemuImg(['create', '-f', 'qcow2', '-b', path, '-F', 'qcow2', disk]);
  }
  return disks;
}

async function createAll(
  { config, say }: BuilderContext<Config>,
  { driver, imagePath }: Before,
  [main = '', ...extra]: readonly string[],
  format: string,
  isOver: boolean,
): Promise<void> {
  const create = async (path: string, size: readonly string[], backing: readonly string[] = []) =>
    driver.qemuImg(['create', '-f', format, ...backing, ...(config.qemu_img_args?.create ?? []), path, ...size]);
  if (config.disk_image && isOver) {
    say('laying the disk over the image');
    const image = await driver.imageInfo(imagePath);
    // Without a size the disk is as large as the image; `resize-disk` comes next.
    const size = config.use_backing_file ? [diskSize(config)] : [];
    await create(main, size, ['-b', imagePath, '-F', image.format]);
  } else if (!config.disk_image) {
    say(`creating a disk of ${diskSize(config)}`);
    await create(main, [diskSize(config)]);
  }
  for (const [i, path] of extra.entries()) await create(path, [config.disk_additional_size[i] as string]);
}
