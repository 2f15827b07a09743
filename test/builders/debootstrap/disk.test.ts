import { execFileSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBootParts } from '../../../builders/debootstrap/disk/assemble.js';
import { biosCore } from '../../../builders/debootstrap/disk/grub-bios.js';
import { identitiesOf } from '../../../builders/debootstrap/disk/identity.js';
import { layoutOf } from '../../../builders/debootstrap/disk/layout.js';

let folder: string;
let disk: string;
const layout = layoutOf(2 ** 30 + 1);
const identities = identitiesOf('some key');
const sector = Buffer.alloc(512, 0xaa);
const core = Buffer.alloc(100_001, 0xbb);
const efi = Buffer.alloc(300_001, 0xcc);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-disk-'));
  disk = join(folder, 'disk.raw');
  const file = await open(disk, 'wx');
  await file.truncate(layout.size);
  await file.close();
  await writeBootParts(disk, layout, identities, { bios: { sector, core }, efi: { name: 'BOOTX64.EFI', image: efi } });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sbin = { env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` }, encoding: 'utf8' } as const;

describe('a disk', () => {
  it('has a partition table without a fault, as sfdisk sees it', () => {
    expect(execFileSync('sfdisk', ['--verify', disk], sbin)).toContain('No errors detected');
    const { partitiontable: table } = JSON.parse(execFileSync('sfdisk', ['--json', disk], sbin));
    expect(table).toMatchObject({
      label: 'gpt',
      id: identities.disk.toUpperCase(),
      partitions: [
        { node: `${disk}1`, start: 65536, uuid: identities.rootPartition.toUpperCase(), name: 'root' },
        { node: `${disk}14`, start: 2048, size: 2048, type: '21686148-6449-6E6F-744E-656564454649', name: 'bios' },
        { node: `${disk}15`, start: 4096, type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B', name: 'efi' },
      ],
    });
    const [root] = table.partitions;
    expect((root.start + root.size) * 512).toBe(layout.size - 2 ** 20);
  });

  it('still has both copies of the table: the second one alone is enough', async () => {
    const file = await open(disk, 'r+');
    await file.write(Buffer.alloc(512 * 33), 0, 512 * 33, 512);
    await file.close();
    expect(execFileSync('sfdisk', ['--list', disk], { ...sbin, stdio: ['ignore', 'pipe', 'ignore'] })).toContain(
      identities.disk.toUpperCase(),
    );
  });

  it('starts with boot code that names the sector of the core, and a list there of the sectors behind it', async () => {
    const content = await readFile(disk);
    expect(content.subarray(0, 0x5c).equals(sector.subarray(0, 0x5c))).toBe(true);
    expect(content.readBigUInt64LE(0x5c)).toBe(2048n);
    expect(content.readUInt16LE(510)).toBe(0xaa55);
    const placed = content.subarray(2 ** 20, 2 ** 20 + core.length);
    expect(placed.subarray(512).equals(core.subarray(512))).toBe(true);
    expect([placed.readBigUInt64LE(500), placed.readUInt16LE(508), placed.readUInt16LE(510)]).toEqual([
      2049n,
      Math.ceil(core.length / 512) - 1,
      0x820,
    ]);
  });

  it('has an EFI system partition without a fault, which holds the loader', async () => {
    const content = await readFile(disk);
    const volume = join(folder, 'efi.img');
    const file = await open(volume, 'wx');
    await file.write(content, layout.efi.start, layout.efi.size, 0);
    await file.close();
    const listing = execFileSync('fsck.vfat', ['-n', '-v', '-l', volume], sbin);
    expect(listing).toContain('16 bit entries');
    expect(listing).toContain('/EFI/BOOT/BOOTX64.EFI');
    expect(listing).toMatch(/3 files, /);
    expect(content.indexOf(efi, layout.efi.start)).toBeGreaterThan(layout.efi.start);
  });

  it('refuses a core that is larger than its partition', () => {
    expect(() => biosCore(Buffer.alloc(2 ** 20 + 1), layout.bios)).toThrow(/the boot loader has 1048577 bytes/);
  });

  it('has identities that follow from the key', () => {
    expect(identitiesOf('some key')).toEqual(identities);
    expect(identitiesOf('another key').root).not.toBe(identities.root);
    expect(identities.root).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(Object.values(identities)).size).toBe(6);
  });
});
