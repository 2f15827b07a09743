import type { Host } from '../host.js';
import { PACKER_VERSION, VERSION } from '../version.js';
import type { VersionValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';

/** `imgpack version`: its own version, and the one that templates may require. */
export async function run(values: CommandArguments<VersionValues>, host: Host): Promise<number> {
  if (values.json)
    host.out(`${JSON.stringify({ imgpack: VERSION, packer: PACKER_VERSION, node: process.versions.node })}\n`);
  else host.out(`imgpack v${VERSION}\nPacker v${PACKER_VERSION} (templates that this version reads)\n`);
  return 0;
}
