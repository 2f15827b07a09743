import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BIOS_BOOT_SECTOR, BIOS_CORE, EFI_IMAGE, EFI_NAMES } from '../bootstrap/boot-loader.js';
import { fatWithLoader } from './fat.js';
import { partitionTable, PARTITION_TYPES } from './gpt.js';
import { biosCore, bootSector } from './grub-bios.js';
import type { DiskIdentities } from './identity.js';
import type { Layout } from './layout.js';
import { SECTOR } from './layout.js';

/** GRUB's images as they were made inside the system; absent where the architecture has no such start. */
export interface BootImages {
  readonly bios: { readonly sector: Buffer; readonly core: Buffer } | undefined;
  readonly efi: { readonly name: string; readonly image: Buffer } | undefined;
}

/** Reads the images from the folder of a bootstrapped system. */
export async function readBootImages(directory: string, architecture: string): Promise<BootImages> {
  const name = EFI_NAMES[architecture];
  return {
    bios:
      architecture === 'amd64'
        ? {
            sector: await readFile(join(directory, BIOS_BOOT_SECTOR)),
            core: await readFile(join(directory, BIOS_CORE)),
          }
        : undefined,
    efi: name === undefined ? undefined : { name, image: await readFile(join(directory, EFI_IMAGE)) },
  };
}

/** Writes everything but the root file system: partition table, boot sector, boot loaders. */
export async function writeBootParts(
  disk: string,
  layout: Layout,
  identities: DiskIdentities,
  images: BootImages,
): Promise<void> {
  const { bios, efi, root } = layout;
  // Numbered as in the cloud images of Debian and Ubuntu: the root first, though it stands last.
  const table = partitionTable(layout.size, identities.disk, [
    { number: 1, type: PARTITION_TYPES.linuxRoot, uuid: identities.rootPartition, name: 'root', span: root },
    { number: 14, type: PARTITION_TYPES.biosBoot, uuid: identities.bios, name: 'bios', span: bios },
    { number: 15, type: PARTITION_TYPES.efiSystem, uuid: identities.efiPartition, name: 'efi', span: efi },
  ]);
  const file = await open(disk, 'r+');
  try {
    await write(file, table.head, 0);
    await write(file, table.tail, table.tailStart);
    if (images.bios) {
      await write(file, bootSector(images.bios.sector, table.head.subarray(0, SECTOR), bios), 0);
      await write(file, biosCore(images.bios.core, bios), bios.start);
    }
    if (images.efi)
      await write(file, fatWithLoader(efi.size, identities.efi, images.efi.name, images.efi.image), efi.start);
  } finally {
    await file.close();
  }
}

const write = (file: FileHandle, content: Buffer, at: number) => file.write(content, 0, content.length, at);
