import type { ValidationContext } from '../../src/contract/context.js';
import type { Problem } from '../../src/contract/plugin.js';
import { messages } from '../../clouds/amazon/messages.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { isSpot } from '../../clouds/amazon/steps/config.js';
import { validateAccess } from '../../clouds/amazon/validate-access.js';
import { validateDevices, validateImage } from '../../clouds/amazon/validate-image.js';
import { validateInstance } from '../../clouds/amazon/validate-instance.js';
import type { Config } from './config.js';
import { validateFastLaunch } from './fast-launch.js';

/** Checks of `amazon-ebs` that the schema cannot express. Nothing is asked of AWS. */
export function validate(config: Config, context: ValidationContext): Problem[] {
  return [
    ...validateAccess(config, context),
    ...validateInstance(config, context),
    ...validateImage(config),
    ...validateDevices('ami_block_device_mappings', config.ami_block_device_mappings),
    ...validateDevices('launch_block_device_mappings', config.launch_block_device_mappings),
    ...validateFastLaunch(config, config.region),
    ...spotNetworking(config),
  ];
}

function* spotNetworking(config: Config): Generator<Problem> {
  if (!isSpot(config)) return;
  const reason = 'cannot be used with spot: a spot machine is not stopped before its image is made';
  if (config.ena_support) yield problem('ena_support', messages.refused('ena_support', reason));
  if (config.sriov_support) yield problem('sriov_support', messages.refused('sriov_support', reason));
}
