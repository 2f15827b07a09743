import type { ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';
import type { InAccount } from './reference.js';

export const keyPair: ResourceKind<InAccount & { readonly name: string }> = {
  name: 'amazon-ebs/key-pair',
  describe: ({ args }) => `key pair ${args.name} in ${args.access.region}`,
  async destroy({ args }) {
    const { DeleteKeyPairCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await cloudOf(args.access).ec2();
    await unlessGone(ec2.send(new DeleteKeyPairCommand({ KeyName: args.name })), 'InvalidKeyPair.NotFound');
  },
};
