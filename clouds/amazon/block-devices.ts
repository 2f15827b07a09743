import type { BlockDeviceMapping, Image } from '@aws-sdk/client-ec2';
import type { BlockDevice } from './options/block-devices.js';

const PROVISIONED = ['io1', 'io2', 'gp3'];

/** A mapping as EC2 wants it. */
export function mappingOf(device: BlockDevice): BlockDeviceMapping {
  const DeviceName = device.device_name;
  if (device.no_device) return { DeviceName, NoDevice: '' };
  if (device.virtual_name?.startsWith('ephemeral')) return { DeviceName, VirtualName: device.virtual_name };
  const type = device.volume_type ?? '';
  return {
    DeviceName,
    Ebs: {
      DeleteOnTermination: device.delete_on_termination,
      ...(type && { VolumeType: type as never }),
      ...(device.volume_size && { VolumeSize: device.volume_size }),
      ...(device.iops && PROVISIONED.includes(type) && { Iops: device.iops }),
      ...(device.throughput && type === 'gp3' && { Throughput: device.throughput }),
      ...(device.snapshot_id && { SnapshotId: device.snapshot_id }),
      ...(device.encrypted !== undefined && { Encrypted: device.encrypted }),
      ...(device.kms_key_id && { KmsKeyId: device.kms_key_id }),
    },
  };
}

/** Empty mappings for the drives that Windows looks for. */
export const noEphemeral = (): BlockDeviceMapping[] =>
  [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => ({ DeviceName: `xvdc${letter}`, NoDevice: '' }));

/** The mappings for a launch on which every volume is encrypted, so that its image need not be copied for that. */
export function encrypted(
  mappings: readonly BlockDeviceMapping[],
  source: Image,
  key: string | undefined,
): BlockDeviceMapping[] {
  const encrypt = ({ DeviceName, Ebs }: BlockDeviceMapping): BlockDeviceMapping => ({
    DeviceName,
    Ebs: { ...Ebs, Encrypted: true, ...(key && { KmsKeyId: key }) },
  });
  const named = new Set(mappings.map(({ DeviceName }) => DeviceName));
  const inherited = (source.BlockDeviceMappings ?? []).filter(({ DeviceName, Ebs }) => Ebs && !named.has(DeviceName));
  return [
    ...inherited.map(({ DeviceName, Ebs }) =>
      encrypt({
        DeviceName,
        Ebs: {
          DeleteOnTermination: Ebs?.DeleteOnTermination ?? true,
          ...(Ebs?.VolumeSize && { VolumeSize: Ebs.VolumeSize }),
        },
      }),
    ),
    ...mappings.map((mapping) => (mapping.Ebs ? encrypt(mapping) : mapping)),
  ];
}

/** Whether volumes of the source would stay behind when the machine ends, which the template does not name. */
export const hasOrphans = (source: Image, named: readonly BlockDevice[]): boolean =>
  (source.BlockDeviceMappings ?? []).some(
    ({ DeviceName, Ebs }) => Ebs?.DeleteOnTermination === false && !named.some((it) => it.device_name === DeviceName),
  );
