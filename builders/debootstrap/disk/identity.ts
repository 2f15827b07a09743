import { createHash } from 'node:crypto';

/** Identities on a disk that follow from a recipe's key: the same recipe, the same disk. */
export interface DiskIdentities {
  readonly disk: string;
  readonly bios: string;
  readonly efiPartition: string;
  readonly rootPartition: string;
  readonly root: string;
  /** Eight hex digits. */
  readonly efi: string;
}

/** Derives all identities from `key`. */
export function identitiesOf(key: string): DiskIdentities {
  return {
    disk: uuid(key, 'disk'),
    bios: uuid(key, 'bios'),
    efiPartition: uuid(key, 'efi partition'),
    rootPartition: uuid(key, 'root partition'),
    root: uuid(key, 'root'),
    efi: digest(key, 'efi').subarray(0, 4).toString('hex').toUpperCase(),
  };
}

const digest = (key: string, purpose: string): Buffer => createHash('sha256').update(`${key}/${purpose}`).digest();

/** In the form of a random UUID (RFC 9562, version 8: by an own method). */
function uuid(key: string, purpose: string): string {
  const bytes = digest(key, purpose).subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
