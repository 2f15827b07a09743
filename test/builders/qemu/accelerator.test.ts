import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseAccelerator, type Host } from '../../../builders/qemu/accelerator.js';
import { MemoryResources } from '../../support/memory-resources.js';

let folder: string;
let resources: MemoryResources;
let probes: { readonly disk: string; readonly milliseconds: number }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imgpack-accelerator-'));
  resources = new MemoryResources();
  probes = [];
});
afterEach(() => rm(folder, { recursive: true }));

const HOST: Host = {
  platform: 'linux',
  architecture: 'x64',
  kvmProblem: () => Promise.resolve(undefined),
  processorFlags: () => Promise.resolve(new Set(['svm'])),
  bootId: () => Promise.resolve('boot-1'),
};

const choose = (
  exitCode: number | undefined,
  host: Partial<Host> = {},
  accelerator?: 'kvm' | 'tcg' | 'none',
  binary = '/usr/bin/qemu-system-x86_64',
) =>
  chooseAccelerator(
    { accelerator },
    { binary, version: 7 },
    {
      async probe(_binary, args, milliseconds) {
        const disk = /file=([^,]+)/.exec(args.at(-1) as string)?.[1] as string;
        expect((await stat(disk)).size).toBe(512);
        probes.push({ disk, milliseconds });
        return exitCode;
      },
    },
    { cacheDirectory: folder, temporaryDirectory: folder, resources },
    { ...HOST, ...host },
  );

describe('the accelerator', () => {
  it('is kvm where a guest ran to its end', async () => {
    expect(await choose(33)).toEqual({ accelerator: 'kvm', reason: 'using hardware acceleration (kvm)' });
    expect(resources.left()).toEqual([]);
  });

  it('is tcg where /dev/kvm opens but a guest hangs', async () => {
    expect(await choose(undefined, { processorFlags: () => Promise.resolve(new Set()) })).toEqual({
      accelerator: 'tcg',
      reason:
        'using software emulation (tcg), which is slow: /dev/kvm opens, but a probe guest did not get through its firmware within 1 s, and the processor announces neither `vmx` nor `svm`',
    });
  });

  it('is tcg where QEMU cannot use it', async () => {
    expect((await choose(1)).reason).toContain('/dev/kvm opens, but a probe guest failed');
  });

  it('is tried once per boot', async () => {
    await choose(undefined);
    expect((await choose(33)).accelerator).toBe('tcg');
    expect(probes).toHaveLength(1);
    expect((await choose(33, { bootId: () => Promise.resolve('boot-2') })).accelerator).toBe('kvm');
  });

  it('gets more time where the processor supports it', async () => {
    await choose(33);
    await choose(33, { bootId: () => Promise.resolve('2'), processorFlags: () => Promise.resolve(new Set()) });
    expect(probes.map(({ milliseconds }) => milliseconds)).toEqual([4000, 1000]);
  });

  it.each([
    [
      'there is no device',
      { kvmProblem: () => Promise.resolve('there is no /dev/kvm') },
      undefined,
      'there is no /dev/kvm',
    ],
    ['this is no Linux', { platform: 'darwin' as const }, undefined, 'kvm is a part of Linux, this is darwin'],
    [
      'the guest has another processor',
      {},
      '/usr/bin/qemu-system-aarch64',
      "the guest's processor (arm64) is not that of this machine (x64)",
    ],
  ])('is tcg without a probe where %s', async (_what, host, binary, reason) => {
    expect(await choose(33, host, undefined, binary)).toEqual({
      accelerator: 'tcg',
      reason: `using software emulation (tcg), which is slow: ${reason}`,
    });
    expect(probes).toEqual([]);
  });

  it('is kvm where asked for, with a warning where it does not work', async () => {
    expect(await choose(33, {}, 'kvm')).toEqual({ accelerator: 'kvm', reason: undefined });
    const broken = await choose(undefined, { bootId: () => Promise.resolve('2') }, 'kvm');
    expect(broken.accelerator).toBe('kvm');
    expect(broken.reason).toContain('it will hardly work');
  });

  it('is what the template says', async () => {
    expect(await choose(33, {}, 'tcg')).toEqual({ accelerator: 'tcg' });
    expect(await choose(33, {}, 'none')).toEqual({ accelerator: 'none' });
    expect(probes).toEqual([]);
  });
});
