import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Diagnostics } from '../hcl/diagnostic.js';
import type { Host } from '../host.js';
import { Redactor } from '../messages/redactor.js';
import { builtInPlugins } from '../registry.js';
import { upgradeLegacyText } from '../template/legacy/upgrade-text.js';
import type { Hcl2UpgradeValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { faultPrinter } from './faults.js';
import { readTemplate } from './fix.js';

/** `imgpack hcl2_upgrade`: writes a JSON template in HCL2. Exit 1 if the template is not valid. */
export async function run(values: CommandArguments<Hcl2UpgradeValues>, host: Host): Promise<number> {
  const path = values.positionals[0] as string;
  const text = await readTemplate(path, host);
  const diagnostics = new Diagnostics();
  const upgraded = await upgradeLegacyText({ name: path, text }, builtInPlugins, diagnostics);
  const faults = faultPrinter({
    write: (fault) => host.out(fault),
    color: false,
    sources: () => text,
    redactor: new Redactor(),
  });
  faults.print(diagnostics.list);
  if (upgraded === undefined) return 1;
  const name = values['output-file'] ?? `${path}.pkr.hcl`;
  const output = resolve(host.workingDirectory, name);
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, upgraded);
  host.out(`Successfully created ${name}.\n`);
  return 0;
}
