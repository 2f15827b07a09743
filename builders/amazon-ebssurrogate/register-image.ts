import { randomBytes } from 'node:crypto';
import type { BlockDeviceMapping } from '@aws-sdk/client-ec2';
import { mappingOf } from '../../clouds/amazon/block-devices.js';
import { image as imageKind } from '../../clouds/amazon/kinds/image.js';
import { waitForImage } from '../../clouds/amazon/made-image.js';
import type { InCloud } from '../../clouds/amazon/steps/config.js';
import { createImage, imageTags, type Imaged } from '../../clouds/amazon/steps/create-image.js';
import type { SourceImage } from '../../clouds/amazon/steps/find-source-image.js';
import type { Started } from '../../clouds/amazon/steps/start-instance.js';
import { tagSpecifications } from '../../clouds/amazon/tags.js';
import type { BuilderContext } from '../../src/contract/context.js';
import type { Config } from './config.js';
import type { Snapshots } from './snapshot-volumes.js';

/** An image of the snapshots, or of the machine itself with `use_create_image`. */
export async function registerImage(
  context: BuilderContext<Config>,
  state: InCloud & SourceImage & Started & Snapshots,
): Promise<Imaged> {
  const { config, resources, now, say } = context;
  if (config.use_create_image) return createImage(context, state);
  const { cloud, snapshots } = state;
  const isIntermediary = config.encrypt_boot === true || config.skip_save_build_region;
  const name = isIntermediary ? randomBytes(4).toString('hex').slice(0, 7) : config.ami_name;
  const { RegisterImageCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const tags = imageTags({ ...context, config: { ...config, skip_ami_run_tags: true } }, state, isIntermediary);
  say(`registering the image ${name}`);
  const args = { access: cloud.access, name, since: now().toISOString() };
  const resource = await resources.create(imageKind, args, async () => {
    const { ImageId = '' } = await ec2.send(
      new RegisterImageCommand({
        Name: name,
        Architecture: config.ami_architecture as never,
        RootDeviceName: config.ami_root_device?.device_name,
        VirtualizationType: config.ami_virtualization_type,
        BlockDeviceMappings: imageMappings(config, snapshots),
        ...(config.sriov_support && { SriovNetSupport: 'simple' }),
        ...(config.ena_support && { EnaSupport: true }),
        ...(config.boot_mode && { BootMode: config.boot_mode as never }),
        ...(config.uefi_data && { UefiData: config.uefi_data }),
        ...(config.tpm_support && { TpmSupport: config.tpm_support as never }),
        TagSpecifications: tagSpecifications(tags.image, 'image' as const),
      }),
    );
    return { value: ImageId, data: ImageId };
  });
  const id = resource.value;
  say(`image: ${id}`);
  await waitForImage(context, cloud, id);
  const ids = [...snapshots.values()].map((made) => made.id);
  return { image: { cloud, id, snapshots: ids, resource }, isIntermediary };
}

/** Devices of the template for the image, and over them those of the machine with their snapshots. */
export function imageMappings(config: Config, snapshots: Snapshots['snapshots']): BlockDeviceMapping[] {
  const root = config.ami_root_device;
  const named = new Map<string, BlockDeviceMapping>();
  for (const device of config.ami_block_device_mappings) named.set(device.device_name, mappingOf(device));
  for (const device of config.launch_block_device_mappings) {
    if (device.omit_from_artifact) continue;
    const isRoot = device.device_name === root?.source_device_name;
    const name = isRoot ? (root?.device_name ?? '') : device.device_name;
    const { Encrypted: _encrypted, KmsKeyId: _key, ...ebs } = mappingOf(device).Ebs ?? {};
    const snapshot = snapshots.get(device.device_name)?.id;
    named.set(name, { DeviceName: name, Ebs: { ...ebs, ...(snapshot && { SnapshotId: snapshot }) } });
  }
  return [...named.values()];
}
