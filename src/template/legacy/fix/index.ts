import * as clouds from './clouds.js';
import * as connection from './connection.js';
import { FixError, isObject, type Fixer, type Mutable } from './fixer.js';
import * as hypervisors from './hypervisors.js';
import * as images from './images.js';
import * as steps from './steps.js';

export { FixError } from './fixer.js';

/** In the order in which they run: later ones see what earlier ones renamed. */
export const fixers: readonly Fixer[] = [
  images.isoMd5,
  images.createTime,
  hypervisors.guestAdditions,
  steps.vagrantOverride,
  hypervisors.virtualboxRename,
  hypervisors.vmwareRename,
  hypervisors.parallelsHeadless,
  hypervisors.parallelsDeprecations,
  connection.sshKeyPath,
  connection.sshDisableAgent,
  clouds.scalewayAccessKey,
  steps.manifestFilename,
  clouds.amazonShutdownBehavior,
  clouds.amazonEnhancedNetworking,
  clouds.amazonPrivateIp,
  clouds.amazonSourceCidrs,
  steps.dockerEmail,
  steps.dockerTags,
  steps.powershellEscapes,
  hypervisors.vmwareCompaction,
  hypervisors.hypervDeprecations,
  hypervisors.hypervTypo,
  hypervisors.hypervSize,
  images.cleanImageName,
  clouds.amazonSpotPrice,
  hypervisors.qemuDiskSize,
  steps.galaxyCommand,
  connection.virtualboxPorts,
  connection.sshWaitTimeout,
  hypervisors.vsphereNetworkAndDisk,
  images.isoChecksum,
  connection.qemuPorts,
  clouds.azureExcludeFromLatest,
  hypervisors.proxmoxRename,
];

/**
 * A copy of a parsed template with every fixer applied.
 * @throws FixError where the template, or a part that a fixer looks at, has an unexpected form
 */
export function fixTemplate(template: unknown): Mutable {
  if (!isObject(template)) throw new FixError('the template must be an object');
  const fixed = structuredClone(template);
  // A template without builders is written with an empty place for them.
  fixed['builders'] ??= null;
  const parts = {
    builders: objectsIn(fixed, 'builders'),
    provisioners: objectsIn(fixed, 'provisioners'),
    postProcessors: (listIn(fixed, 'post-processors') as unknown[]).flat().filter(isObject),
  };
  for (const fixer of fixers) fixer.fix(parts);
  return fixed;
}

function listIn(template: Mutable, key: string): readonly unknown[] {
  const value = template[key] ?? [];
  if (!Array.isArray(value)) throw new FixError(`\`${key}\` must be a list`);
  return value;
}

function objectsIn(template: Mutable, key: string): Mutable[] {
  return listIn(template, key).map((item, i) => {
    if (isObject(item)) return item;
    throw new FixError(`item ${i + 1} of \`${key}\` must be an object`);
  });
}
