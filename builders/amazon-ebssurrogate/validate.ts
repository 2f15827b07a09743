import { messages } from '../../clouds/amazon/messages.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { validateAccess } from '../../clouds/amazon/validate-access.js';
import { validateDevices, validateImage } from '../../clouds/amazon/validate-image.js';
import { validateInstance } from '../../clouds/amazon/validate-instance.js';
import type { ValidationContext } from '../../src/contract/context.js';
import type { Problem } from '../../src/contract/plugin.js';
import type { Config } from './config.js';

/** Checks of `amazon-ebssurrogate` that the schema cannot express. */
export function validate(config: Config, context: ValidationContext): Problem[] {
  return [
    ...validateAccess(config, context),
    ...validateInstance(config, context),
    ...validateImage(config),
    ...validateDevices('ami_block_device_mappings', config.ami_block_device_mappings),
    ...validateDevices('launch_block_device_mappings', config.launch_block_device_mappings),
    ...root(config),
    ...firmware(config),
  ];
}

function* root(config: Config): Generator<Problem> {
  if (!config.ami_virtualization_type) yield problem(undefined, messages.needed(['ami_virtualization_type']));
  const source = config.ami_root_device?.source_device_name;
  const device = config.launch_block_device_mappings.find(({ device_name: name }) => name === source);
  if (!device)
    yield problem(
      'ami_root_device.source_device_name',
      messages.refused('source_device_name', `names \`${source}\`, which is in no \`launch_block_device_mappings\``),
    );
  else if (device.omit_from_artifact)
    yield problem(
      'ami_root_device.source_device_name',
      messages.refused('omit_from_artifact', 'cannot be set for the root'),
    );
  if (config.ami_root_device?.iops && config.ami_root_device.volume_type === 'gp2')
    yield problem('ami_root_device.iops', messages.refused('iops', 'cannot be set for gp2'));
}

function* firmware(config: Config): Generator<Problem> {
  if (!config.uefi_data) return;
  if (config.boot_mode === 'legacy-bios')
    yield problem('uefi_data', messages.refused('uefi_data', 'cannot be used with `boot_mode = "legacy-bios"`'));
  else if (!config.boot_mode && config.ami_architecture !== 'arm64')
    yield problem('uefi_data', messages.needs('uefi_data', '`boot_mode`'));
}
