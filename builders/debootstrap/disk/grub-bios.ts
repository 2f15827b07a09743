import { ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import { SECTOR, type Span } from './layout.js';

/** Offsets in GRUB's `boot.img` and `diskboot.img`, as its assembler sources lay them out. */
const CORE_SECTOR = 0x5c;
const DRIVE_CHECK = 0x66;
const BLOCK_LIST = SECTOR - 12;
const BOOT_CODE_END = 440;
/** The segment at which the second sector of the core is loaded. */
const LOAD_SEGMENT = 0x820;

/**
 * The first sector's boot code, told where the core stands. It goes in front of the partition table of an MBR, whose
 * bytes from 440 on stay.
 */
export function bootSector(bootImage: Buffer, protectiveMbr: Buffer, core: Span): Buffer {
  const sector = Buffer.from(protectiveMbr.subarray(0, SECTOR));
  bootImage.copy(sector, 0, 0, BOOT_CODE_END);
  sector.writeBigUInt64LE(BigInt(core.start / SECTOR), CORE_SECTOR);
  // Two no-operations instead of a jump: some firmware passes a wrong drive number, which the code then corrects.
  sector.set([0x90, 0x90], DRIVE_CHECK);
  return sector;
}

/**
 * The core for its own partition: its first sector holds the list of the sectors that follow it.
 * @throws ImgpackError `debootstrap/boot-loader-too-large`
 */
export function biosCore(coreImage: Buffer, partition: Span): Buffer {
  if (coreImage.length > partition.size)
    throw new ImgpackError(messages.bootLoaderTooLarge(coreImage.length, partition.size));
  const sectors = Math.ceil(coreImage.length / SECTOR);
  const core = Buffer.alloc(sectors * SECTOR);
  coreImage.copy(core);
  core.writeBigUInt64LE(BigInt(partition.start / SECTOR + 1), BLOCK_LIST);
  core.writeUInt16LE(sectors - 1, BLOCK_LIST + 8);
  core.writeUInt16LE(LOAD_SEGMENT, BLOCK_LIST + 10);
  return core;
}
