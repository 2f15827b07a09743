import { volume as volumeKind } from '../../clouds/amazon/kinds/volume.js';
import { pollingOf } from '../../clouds/amazon/polling.js';
import type { InCloud } from '../../clouds/amazon/steps/config.js';
import type { Started } from '../../clouds/amazon/steps/start-instance.js';
import type { BuilderContext } from '../../src/contract/context.js';
import type { Config } from './config.js';

/** With `use_create_image`: makes the filled volume the root of the machine, and takes off what is not for the image. */
export async function swapRoot(context: BuilderContext<Config>, { cloud, instance }: InCloud & Started): Promise<void> {
  const { config, resources, signal, env } = context;
  const root = config.ami_root_device;
  if (!config.use_create_image || !root) return;
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const watcher = await cloud.watcher();
  const InstanceId = instance.InstanceId ?? '';
  const omitted = config.launch_block_device_mappings.filter((it) => it.omit_from_artifact).map((it) => it.device_name);
  const detached = new Set([...omitted, root.device_name, root.source_device_name, '/dev/sda1']);
  const attached = (instance.BlockDeviceMappings ?? []).filter(({ DeviceName = '' }) => detached.has(DeviceName));
  const untilState = (id: string, wanted: string) =>
    watcher.wait('volume', id, {
      what: `volume ${id}`,
      wanted,
      ...pollingOf('volume', config, env),
      signal,
      look: (it) => it?.State === wanted || undefined,
    });
  for (const { DeviceName, Ebs } of attached) {
    const id = Ebs?.VolumeId ?? '';
    const detach = async () => {
      await ec2.send(new sdk.DetachVolumeCommand({ VolumeId: id, InstanceId }));
      await untilState(id, 'available');
    };
    if (DeviceName === root.source_device_name || !Ebs?.DeleteOnTermination) await detach();
    else
      await resources.create(volumeKind, { access: cloud.access, id }, async () => {
        await detach();
        return { value: id, data: id };
      });
  }
  const source = attached.find(({ DeviceName }) => DeviceName === root.source_device_name)?.Ebs;
  const id = source?.VolumeId ?? '';
  await ec2.send(new sdk.AttachVolumeCommand({ VolumeId: id, InstanceId, Device: root.device_name }));
  await untilState(id, 'in-use');
  await ec2.send(
    new sdk.ModifyInstanceAttributeCommand({
      InstanceId,
      BlockDeviceMappings: [
        { DeviceName: root.device_name, Ebs: { DeleteOnTermination: source?.DeleteOnTermination ?? false } },
      ],
    }),
  );
}
