import { readFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text } from '../src/contract/schema.js';

const schema = defineSchema({ attributes: {} });

/** Names as Go has them, which templates compare with. */
const OS_NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows', sunos: 'solaris' };
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386', mipsel: 'mipsle' };

export default defineDataSource({
  type: 'host-info',
  summary: 'the machine that imgpack runs on',
  schema,
  outputs: {
    os_type: text({ description: 'operating system: `linux`, `darwin`, `windows`' }),
    version: text({ description: 'version of the distribution, else of the kernel' }),
    architecture: text({ description: 'processor: `amd64`, `arm64`' }),
    platform: text({ description: 'distribution: `debian`, `ubuntu`, else the operating system' }),
    family: text({ description: 'what the distribution is like: `debian`, `rhel`, else the distribution' }),
  },
  async run() {
    const system = OS_NAMES[platform()] ?? platform();
    const facts = platform() === 'linux' ? await distribution() : {};
    const name = facts['ID'] ?? system;
    return {
      os_type: system,
      version: facts['VERSION_ID'] ?? release(),
      architecture: ARCHITECTURES[arch()] ?? arch(),
      platform: name,
      family: facts['ID_LIKE']?.split(' ')[0] ?? name,
    };
  },
});

/** The assignments of `/etc/os-release`; none where that file is missing. */
async function distribution(): Promise<Record<string, string | undefined>> {
  const lines = await readFile('/etc/os-release', 'utf8').then(
    (content) => content.split('\n'),
    () => [],
  );
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^([A-Z_]+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line);
      return match ? [[match[1] as string, match[2] ?? match[3] ?? match[4] ?? '']] : [];
    }),
  );
}
