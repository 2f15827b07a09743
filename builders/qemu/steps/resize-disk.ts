import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import { diskSize } from '../settings.js';
import type { Disks } from './create-disks.js';
import type { Programs } from './find-programs.js';
import type { Origin } from './look-at-state.js';

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Gives a disk image the size that the template asks for. */
export async function resizeDisk(
  { config, say }: BuilderContext<Config>,
  { driver, disks, diskFormat, origin }: Programs & Disks & Origin,
): Promise<void> {
  if (!config.disk_image || config.skip_resize_disk || origin) return;
  const main = disks[0] as string;
  const size = diskSize(config);
  const extra = config.qemu_img_args?.resize ?? [];
  const { virtualSize } = await driver.imageInfo(main);
  const wanted = bytes(size);
  if (wanted < virtualSize && !extra.includes('--shrink')) {
    throw new ImgpackError(messages.shrinkRefused(main, size, gigabytes(virtualSize)));
  }
  if (wanted === virtualSize) return;
  say(`resizing the disk to ${size}`);
  await driver.qemuImg(['resize', '-f', diskFormat, ...extra, main, size]);
}

function bytes(size: string): number {
  const [, digits = '0', unit = 'b'] = /^(\d+)([bkmgt]?)$/i.exec(size) ?? [];
  return Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
}

const gigabytes = (size: number): string => `${Math.ceil((size / 2 ** 30) * 100) / 100}G`;
