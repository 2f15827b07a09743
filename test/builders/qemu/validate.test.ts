import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema, type Config } from '../../../builders/qemu/config.js';
import { diskSize, hostPortRange, isEfi, lastRewrite, memory } from '../../../builders/qemu/settings.js';
import { validate } from '../../../builders/qemu/validate.js';
import type { ValidationContext } from '../../../src/contract/context.js';
import { decodedConfig } from '../../support/decoded-config.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imgpack-validate-'));
  mkdirSync(join(folder, 'exists'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD: Partial<Config> = { iso_url: 'i.iso', iso_checksum: 'a'.repeat(64), ssh_username: 'root' };
const config = (values: Partial<Config>) => decodedConfig(schema, { ...GOOD, ...values });

const check = async (values: Partial<Config>, force = false) => {
  const problems = await validate(config(values), {
    env: {},
    workingDirectory: folder,
    cacheDirectory: folder,
    temporaryDirectory: folder,
    now: () => new Date(0),
    force,
    build: { name: 'qemu.a', blockName: '', sourceLabel: 'a', sourceName: 'b', builderType: 'qemu', runId: 'r' },
  } satisfies ValidationContext);
  return problems.map(({ severity, message, option }) => `${severity} ${message.code} ${option ?? ''}`.trim());
};

describe('a configuration', () => {
  it.each<[string, Partial<Config>]>([
    ['is complete', {}],
    ['skips the cache without a checksum', { iso_checksum: undefined, iso_skip_cache: true }],
    ['has mirrors', { iso_url: undefined, iso_urls: ['a', 'b'] }],
    ['has no communicator', { communicator: 'none', ssh_username: undefined }],
    ['has a backing file', { disk_image: true, use_backing_file: true }],
    ['has one port', { vnc_port_min: 6000, host_port_min: 4444 }],
    ...['', '0', '10', '10b', '10K', '10m', '10G', '1T'].map((disk_size): [string, Partial<Config>] => [
      `has the disk size "${disk_size}"`,
      { disk_size },
    ]),
  ])('that %s is fine', async (_what, values) => {
    expect(await check(values)).toEqual([]);
  });

  it.each<[string, Partial<Config>]>([
    ['error qemu/source-missing', { iso_url: undefined }],
    ['error qemu/source-twice iso_urls', { iso_urls: ['x'] }],
    ['error qemu/checksum-missing', { iso_checksum: undefined }],
    ['error checksum/not-a-checksum iso_checksum', { iso_checksum: 'abc' }],
    ['warning qemu/checksum-none iso_checksum', { iso_checksum: 'none' }],
    ['error qemu/disk-size-invalid disk_size', { disk_size: '10GB' }],
    ['error qemu/backing-file-needs-disk-image use_backing_file', { use_backing_file: true }],
    [
      'error qemu/backing-file-needs-qcow2 use_backing_file',
      { use_backing_file: true, disk_image: true, format: 'raw' },
    ],
    ['error qemu/skip-resize-needs-disk-image skip_resize_disk', { skip_resize_disk: true }],
    ['error qemu/negative cpus', { cpus: -1 }],
    ['error qemu/negative threads', { threads: -1 }],
    ['error qemu/negative host_port_min', { host_port_min: -1 }],
    ['error qemu/ports-reversed host_port_min', { host_port_min: 5000 }],
    ['error qemu/ports-reversed ssh_host_port_min', { ssh_host_port_min: 5000 }],
    ['error qemu/port-out-of-range vnc_port_min', { vnc_port_min: 5899 }],
    ['error qemu/port-out-of-range vnc_port_max', { vnc_port_max: 65_536 }],
    ['error qemu/ports-reversed vnc_port_min', { vnc_port_min: 6001 }],
    ['error qemu/vnc-password-too-long vnc_password', { vnc_password: '123456789' }],
    ['warning qemu/boot-command-unsupported boot_command', { boot_command: ['a'] }],
    ['warning qemu/boot-command-unsupported boot_steps', { boot_steps: [['a']], disable_vnc: true }],
    ['error qemu/http-directory-and-content http_content', { http_directory: 'd', http_content: { '/a': '' } }],
    ['error qemu/http-path-without-slash http_content', { http_content: { a: '' } }],
    ['error qemu/ports-reversed http_port_min', { http_port_min: 9001 }],
    [
      'error qemu/http-interface-and-address http_bind_address',
      { http_interface: 'eth0', http_bind_address: '127.0.0.1' },
    ],
    ['error qemu/output-directory-exists output_directory', { output_directory: 'exists' }],
  ])('%s', async (problem, values) => {
    expect(await check(values)).toEqual([problem]);
  });

  it('types keys from one place, and needs a screen for them', async () => {
    expect(await check({ boot_command: ['a'], boot_steps: [['a']] })).toContain(
      'error qemu/boot-command-and-steps boot_steps',
    );
    expect(await check({ boot_command: ['a'], disable_vnc: true })).toContain(
      'error qemu/boot-command-without-vnc disable_vnc',
    );
  });

  it('may replace an output directory by force', async () => {
    expect(await check({ output_directory: 'exists' }, true)).toEqual([]);
  });

  it('is told all that is wrong at once', async () => {
    expect(await check({ iso_url: undefined, disk_size: 'x', cpus: -1, ssh_username: undefined })).toHaveLength(4);
  });
});

describe('what options mean', () => {
  it.each([
    ['', '40960M'],
    ['0', '40960M'],
    ['100', '100M'],
    ['100b', '100b'],
    ['10G', '10G'],
  ])('disk_size "%s" is %s', (disk_size, expected) => {
    expect(diskSize(config({ disk_size }))).toBe(expected);
  });

  it('memory below 10 is 512', () => {
    expect([9, 10].map((value) => memory(config({ memory: value })))).toEqual([512, 10]);
  });

  it('old names of port bounds win', () => {
    expect(hostPortRange(config({ ssh_host_port_min: 3000 }))).toMatchObject({ min: 3000, max: 4444 });
  });

  it('a path of firmware turns UEFI on', () => {
    expect(
      [{}, { efi_boot: true }, { efi_firmware_code: 'c' }, { efi_firmware_vars: 'v' }].map((o) => isEfi(config(o))),
    ).toEqual([false, true, true, true]);
  });

  it.each<[Partial<Config>, boolean, boolean]>([
    [{}, true, false],
    [{ skip_compaction: true }, false, false],
    [{ skip_compaction: true, disk_compression: true }, true, true],
    [{ disk_compression: true }, true, true],
    [{ format: 'raw' }, false, false],
    [{ format: 'raw', disk_compression: true }, false, false],
    [{ use_backing_file: true, disk_image: true }, false, false],
    [{ use_backing_file: true, disk_image: true, disk_compression: true }, true, true],
  ])('%j rewrites: %s, compressed: %s', (values, needed, compress) => {
    expect(lastRewrite(config(values))).toEqual({ needed, compress });
  });
});
