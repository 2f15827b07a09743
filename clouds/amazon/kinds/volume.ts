import type { ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { isFault, unlessGone } from '../fault.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import type { InAccount } from './reference.js';

/** A volume that was taken off a machine and is not wanted any more. */
export const volume: ResourceKind<InAccount & { readonly id: string }> = {
  name: 'amazon-ebs/volume',
  describe: ({ args }) => `volume ${args.id} in ${args.access.region}`,
  async destroy({ args: { access, id: VolumeId } }, { signal }) {
    const { DeleteVolumeCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await cloudOf(access).ec2();
    await retryWhile(
      (error) => isFault(error, 'VolumeInUse', 'IncorrectState'),
      { signal },
      () => unlessGone(ec2.send(new DeleteVolumeCommand({ VolumeId })), 'InvalidVolume.NotFound'),
    );
  },
};
