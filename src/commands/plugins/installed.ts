import type { Host } from '../../host.js';
import { builtInPlugins } from '../../registry.js';
import { VERSION } from '../../version.js';
import type { CommandArguments } from '../command.js';
import { builtInComponents } from './built-in.js';
import type { InstalledValues } from './flags.js';

/** `imgpack plugins installed`: what is built in, by kind and name. */
export function run(values: CommandArguments<InstalledValues>, host: Host): Promise<number> {
  const components = builtInComponents(builtInPlugins);
  host.out(
    values.json
      ? `${JSON.stringify({ version: 1, imgpack: VERSION, components }, null, 2)}\n`
      : components.map(({ kind, type }) => `${kind.padEnd('post-processor'.length)}  ${type}\n`).join(''),
  );
  return Promise.resolve(0);
}
