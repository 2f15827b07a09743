import { cleanResourceName } from '../../clouds/amazon/clean-resource-name.js';
import { imageArtifact } from '../../clouds/amazon/artifact.js';
import { lackingPermissions } from '../../clouds/amazon/lacking.js';
import { allowed, imagePermissions, machinePermissions } from '../../clouds/amazon/permissions.js';
import { amazonKinds } from '../../clouds/amazon/kinds/index.js';
import { checkNames } from '../../clouds/amazon/steps/check-names.js';
import { clearKey } from '../../clouds/amazon/steps/clear-key.js';
import { copyImage } from '../../clouds/amazon/steps/copy-image.js';
import { createImage, encryptsAtLaunch } from '../../clouds/amazon/steps/create-image.js';
import { deregisterOlder } from '../../clouds/amazon/steps/deregister-older.js';
import { describeMachine } from '../../clouds/amazon/steps/describe-machine.js';
import { findNetwork } from '../../clouds/amazon/steps/find-network.js';
import { findSourceImage } from '../../clouds/amazon/steps/find-source-image.js';
import { makeInstanceProfile } from '../../clouds/amazon/steps/make-instance-profile.js';
import { makeKeyPair } from '../../clouds/amazon/steps/make-key-pair.js';
import { makeSecurityGroup } from '../../clouds/amazon/steps/make-security-group.js';
import { shareImage } from '../../clouds/amazon/steps/share-image.js';
import { openAccount } from '../../clouds/amazon/steps/open-account.js';
import { startInstance } from '../../clouds/amazon/steps/start-instance.js';
import { modifyInstance, stopInstance } from '../../clouds/amazon/steps/stop-instance.js';
import { defineBuilder, Pipeline, type Provisioned } from '../../src/contract/plugin.js';
import { type Config, schema } from './config.js';
import { enableFastLaunch } from './fast-launch.js';
import { validate } from './validate.js';

const launch = () =>
  Pipeline.of<Config>()
    .step('open account', openAccount)
    .step('check names', checkNames)
    .step('find source image', findSourceImage)
    .step('find network', findNetwork)
    .step('make key pair', makeKeyPair)
    .step('make security group', makeSecurityGroup)
    .step('make instance profile', makeInstanceProfile)
    .step('start instance', (context, state) =>
      startInstance(context, {
        ...state,
        devices: context.config.launch_block_device_mappings,
        ...(encryptsAtLaunch(context.config) && {
          encryption: encryptionOf(context.config, state.cloud.access.region),
        }),
      }),
    )
    .step('describe machine', describeMachine);

type Launched = ReturnType<typeof launch> extends Pipeline<Config, infer State> ? State : never;

/** The key of the build's own region: the one in the map goes before the one beside it. */
function encryptionOf(config: Config, region: string): { readonly key?: string } {
  const key = config.region_kms_key_ids[region] || config.kms_key_id;
  return key ? { key } : {};
}

/** Starts a machine from an image, and makes an image of its volumes. */
export default defineBuilder({
  type: 'amazon-ebs',
  summary: 'starts an EC2 instance from an AMI and makes an EBS-backed AMI of it',
  schema,
  cleanResourceName,
  validate,
  resourceKinds: amazonKinds,
  lacking: lackingPermissions,
  permissions: (config) => [
    ...machinePermissions(config),
    ...(config.skip_create_ami ? [] : [...imagePermissions(config), ...allowed('ec2:CreateImage')]),
    ...(config.fast_launch ? allowed('ec2:EnableFastLaunch', 'ec2:DescribeFastLaunchImages') : []),
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
    ...(config.skip_create_ami ? [] : [{ what: `AMI \`${config.ami_name}\``, lasting: true }]),
  ],
  launch,
  finish: () =>
    Pipeline.of<Config, Launched & Provisioned>()
      .step('clear key', clearKey)
      .step('stop instance', stopInstance)
      .step('modify instance', modifyInstance)
      .step('deregister older images', deregisterOlder)
      .step('create image', createImage)
      .step('copy image', copyImage)
      .step('enable fast launch', enableFastLaunch)
      .step('share image', shareImage)
      .step('hand over', async ({ config }, { images, machine }) => ({
        artifact: await imageArtifact('mitchellh.amazonebs', images, config.ami_name, machine),
      })),
});
