import { cleanResourceName } from '../../clouds/amazon/clean-resource-name.js';
import { imageArtifact } from '../../clouds/amazon/artifact.js';
import { lackingPermissions } from '../../clouds/amazon/lacking.js';
import { allowed, imagePermissions, machinePermissions } from '../../clouds/amazon/permissions.js';
import { checkNames } from '../../clouds/amazon/steps/check-names.js';
import { clearKey } from '../../clouds/amazon/steps/clear-key.js';
import { copyImage } from '../../clouds/amazon/steps/copy-image.js';
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
import { registerImage } from './register-image.js';
import { snapshotVolumes } from './snapshot-volumes.js';
import { swapRoot } from './swap-root.js';
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
      startInstance(context, { ...state, devices: context.config.launch_block_device_mappings }),
    )
    .step('describe machine', describeMachine);

type Launched = ReturnType<typeof launch> extends Pipeline<Config, infer State> ? State : never;

/** Fills a volume beside the root of a machine, and makes it the root of an image. */
export default defineBuilder({
  type: 'amazon-ebssurrogate',
  summary: 'fills a volume of an EC2 instance and registers it as the root of an AMI',
  schema,
  cleanResourceName,
  validate,
  lacking: lackingPermissions,
  permissions: (config) => [
    ...machinePermissions(config),
    ...imagePermissions(config),
    ...(config.use_create_image
      ? allowed('ec2:CreateImage', 'ec2:DetachVolume', 'ec2:AttachVolume', 'ec2:ModifyInstanceAttribute')
      : allowed('ec2:CreateSnapshot', 'ec2:RegisterImage')),
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
    { what: `AMI \`${config.ami_name}\``, lasting: true },
  ],
  launch,
  finish: () =>
    Pipeline.of<Config, Launched & Provisioned>()
      .step('clear key', clearKey)
      .step('stop instance', stopInstance)
      .step('modify instance', modifyInstance)
      .step('snapshot volumes', snapshotVolumes)
      .step('swap root', swapRoot)
      .step('deregister older images', deregisterOlder)
      .step('register image', registerImage)
      .step('copy image', copyImage)
      .step('share image', shareImage)
      .step('hand over', async ({ config }, { images, machine, image, isIntermediary, snapshots }) => {
        const artifact = await imageArtifact('mitchellh.amazon.ebssurrogate', images, config.ami_name, machine);
        if (image && !isIntermediary) for (const { resource } of snapshots.values()) await resource.keep();
        return { artifact };
      }),
});
