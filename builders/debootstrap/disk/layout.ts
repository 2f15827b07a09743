export const SECTOR = 512;
const MIB = 2 ** 20;

export interface Span {
  /** Bytes from the start of the disk. */
  readonly start: number;
  /** Bytes. */
  readonly size: number;
}

export interface Layout {
  readonly size: number;
  readonly bios: Span;
  readonly efi: Span;
  readonly root: Span;
}

/**
 * Where everything stands: a partition for GRUB's second stage, an EFI system partition, and the root file system last,
 * so that it can grow. All starts are multiples of 1 MiB; the last MiB is left to the second copy of the table.
 * @param bytes wanted size; rounded up to a whole MiB
 */
export function layoutOf(bytes: number): Layout {
  const size = Math.ceil(bytes / MIB) * MIB;
  const bios = { start: MIB, size: MIB };
  const efi = { start: 2 * MIB, size: 30 * MIB };
  const start = 32 * MIB;
  return { size, bios, efi, root: { start, size: size - start - MIB } };
}
