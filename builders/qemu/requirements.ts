import { findProgram } from '../../src/contract/helpers/find-program.js';
import type { Requirement } from '../../src/contract/plugin.js';
import type { Config } from './config.js';
import { thisHost } from './accelerator.js';
import { packageOf } from './steps/find-programs.js';
import { findInstalled } from './steps/copy-efi-variables.js';
import { isEfi } from './settings.js';

/** What this builder needs on the machine that runs imgpack; with a configuration, what that one needs. */
export function requirements(config?: Config): readonly Requirement[] {
  const binary = config?.qemu_binary ?? 'qemu-system-x86_64';
  return [
    program(binary, packageOf(binary)),
    program('qemu-img', 'qemu-utils'),
    {
      name: 'hardware acceleration',
      packages: [],
      optional: true,
      check: async () => {
        const problem = thisHost.platform === 'linux' ? await thisHost.kvmProblem() : undefined;
        return problem && `${problem}: machines are emulated, which is slow`;
      },
    },
    {
      name: 'UEFI firmware',
      packages: ['ovmf'],
      optional: config === undefined || !isEfi(config),
      check: async () => ((await findInstalled()) ? undefined : 'no OVMF firmware was found'),
    },
    { ...program('swtpm', 'swtpm'), optional: config?.vtpm !== true },
    {
      name: 'compression of saved machines',
      packages: ['zstd'],
      optional: true,
      check: async () =>
        (await findProgram('zstd')) === undefined
          ? 'there is no `zstd`: checkpoints take three times the room'
          : undefined,
    },
  ];
}

const program = (name: string, debianPackage: string): Requirement => ({
  name,
  packages: [debianPackage],
  check: async () => ((await findProgram(name)) === undefined ? `\`${name}\` is not on \`PATH\`` : undefined),
});
