import type { ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';
import type { InAccount } from './reference.js';

const GONE = /^NoSuchEntity/;

/** A role with one policy of its own, in the instance profile of the same name. */
export const role: ResourceKind<InAccount & { readonly name: string }> = {
  name: 'amazon-ebs/role',
  describe: ({ args }) => `role ${args.name}`,
  async destroy({ args: { access, name } }) {
    const { DeleteRoleCommand, DeleteRolePolicyCommand, RemoveRoleFromInstanceProfileCommand } =
      await import('@aws-sdk/client-iam');
    const iam = await cloudOf(access).iam();
    const both = { InstanceProfileName: name, RoleName: name };
    await unlessGone(iam.send(new RemoveRoleFromInstanceProfileCommand(both)), GONE);
    await unlessGone(iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: name })), GONE);
    await unlessGone(iam.send(new DeleteRoleCommand({ RoleName: name })), GONE);
  },
};

export const instanceProfile: ResourceKind<InAccount & { readonly name: string }> = {
  name: 'amazon-ebs/instance-profile',
  describe: ({ args }) => `instance profile ${args.name}`,
  async destroy({ args: { access, name } }) {
    const { DeleteInstanceProfileCommand } = await import('@aws-sdk/client-iam');
    const iam = await cloudOf(access).iam();
    await unlessGone(iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: name })), GONE);
  },
};
