import { cleanResourceName } from '../../clouds/amazon/clean-resource-name.js';
import { lackingPermissions } from '../../clouds/amazon/lacking.js';
import { allowed, machinePermissions } from '../../clouds/amazon/permissions.js';
import { messages } from '../../clouds/amazon/messages.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { clearKey } from '../../clouds/amazon/steps/clear-key.js';
import { describeMachine } from '../../clouds/amazon/steps/describe-machine.js';
import { findNetwork } from '../../clouds/amazon/steps/find-network.js';
import { findSourceImage } from '../../clouds/amazon/steps/find-source-image.js';
import { makeInstanceProfile } from '../../clouds/amazon/steps/make-instance-profile.js';
import { makeKeyPair } from '../../clouds/amazon/steps/make-key-pair.js';
import { makeSecurityGroup } from '../../clouds/amazon/steps/make-security-group.js';
import { openAccount } from '../../clouds/amazon/steps/open-account.js';
import { startInstance } from '../../clouds/amazon/steps/start-instance.js';
import { modifyInstance, stopInstance } from '../../clouds/amazon/steps/stop-instance.js';
import { validateAccess } from '../../clouds/amazon/validate-access.js';
import { validateDevices } from '../../clouds/amazon/validate-image.js';
import { validateInstance } from '../../clouds/amazon/validate-instance.js';
import { defineBuilder, Pipeline, type Provisioned } from '../../src/contract/plugin.js';
import { type Config, schema } from './config.js';
import { collectVolumes } from './collect-volumes.js';
import { tagVolumes } from './tag-volumes.js';

const launch = () =>
  Pipeline.of<Config>()
    .step('open account', openAccount)
    .step('find source image', findSourceImage)
    .step('find network', findNetwork)
    .step('make key pair', makeKeyPair)
    .step('make security group', makeSecurityGroup)
    .step('make instance profile', makeInstanceProfile)
    .step('start instance', (context, state) =>
      startInstance(context, { ...state, devices: context.config.ebs_volumes }),
    )
    .step('tag volumes', tagVolumes)
    .step('describe machine', describeMachine);

type Launched = ReturnType<typeof launch> extends Pipeline<Config, infer State> ? State : never;

/** Starts a machine, fills its volumes, and keeps these. */
export default defineBuilder({
  type: 'amazon-ebsvolume',
  summary: 'fills EBS volumes with the help of an EC2 instance and keeps them',
  schema,
  cleanResourceName,
  validate: (config, context) => [
    ...validateAccess(config, context),
    ...validateInstance(config, context),
    ...validateDevices('ebs_volumes', config.ebs_volumes),
    ...config.ebs_volumes.flatMap((volume, i) =>
      volume.snapshot_description && !volume.snapshot_volume
        ? [
            problem(
              `ebs_volumes[${i}].snapshot_description`,
              messages.needs('snapshot_description', '`snapshot_volume = true`'),
            ),
          ]
        : [],
    ),
  ],
  lacking: lackingPermissions,
  permissions: (config) => [
    ...machinePermissions(config),
    ...(config.ebs_volumes.length > 0 ? allowed('ec2:DeleteTags') : []),
    ...(config.ebs_volumes.some((volume) => volume.snapshot_volume)
      ? allowed('ec2:CreateSnapshot', 'ec2:DescribeSnapshots', 'ec2:DeleteSnapshot', 'ec2:ModifySnapshotAttribute')
      : []),
  ],
  buildValues: [
    'BuildRegion',
    'SourceAMI',
    'SourceAMIName',
    'SourceAMICreationDate',
    'SourceAMIOwner',
    'SourceAMIOwnerName',
  ],
  creates: (config) => [
    { what: `instance ${config.instance_type ?? config.spot_instance_types.join(' or ')}`, lasting: false },
    ...config.ebs_volumes.map(({ device_name, delete_on_termination }) => ({
      what: `volume ${device_name}`,
      lasting: !delete_on_termination,
    })),
  ],
  launch,
  finish: () =>
    Pipeline.of<Config, Launched & Provisioned>()
      .step('clear key', clearKey)
      .step('stop instance', stopInstance)
      .step('modify instance', modifyInstance)
      .step('collect volumes', collectVolumes),
});
