import { randomUUID } from 'node:crypto';
import type { InstanceConfig } from '../options/instance.js';
import { instanceProfile, role } from '../kinds/instance-profile.js';
import { asTags, tagsOf } from '../tags.js';
import type { Context, InCloud } from './config.js';
import type { SourceImage } from './find-source-image.js';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** The profile of the template, or a temporary one with the policy that stands there. */
export async function makeInstanceProfile(
  context: Context,
  { cloud, data }: InCloud & SourceImage,
): Promise<{ readonly profileName?: string }> {
  const { config, resources } = context;
  const policy = config.temporary_iam_instance_profile_policy_document;
  if (config.iam_instance_profile) {
    if (!config.skip_profile_validation) {
      const { GetInstanceProfileCommand } = await import('@aws-sdk/client-iam');
      const query = new GetInstanceProfileCommand({ InstanceProfileName: config.iam_instance_profile });
      await (await cloud.iam()).send(query);
    }
    return { profileName: config.iam_instance_profile };
  }
  if (!policy) return {};
  const sdk = await import('@aws-sdk/client-iam');
  const iam = await cloud.iam();
  const name = `packer-${randomUUID()}`;
  const args = { access: cloud.access, name };
  const Tags = asTags(tagsOf(config.run_tags, config.run_tag, context.render, data)) as {
    Key: string;
    Value: string;
  }[];
  const tagged = Tags.length > 0 ? { Tags } : {};
  await resources.create(instanceProfile, args, async () => {
    await iam.send(new sdk.CreateInstanceProfileCommand({ InstanceProfileName: name, ...tagged }));
    return { value: undefined, data: name };
  });
  await resources.create(role, args, async () => {
    const AssumeRolePolicyDocument = JSON.stringify(TRUST);
    await iam.send(new sdk.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument, ...tagged }));
    const PolicyDocument = JSON.stringify(documentOf(policy));
    await iam.send(new sdk.PutRolePolicyCommand({ RoleName: name, PolicyName: name, PolicyDocument }));
    await iam.send(new sdk.AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
    return { value: undefined, data: name };
  });
  return { profileName: name };
}

function documentOf(policy: NonNullable<InstanceConfig['temporary_iam_instance_profile_policy_document']>): object {
  return {
    Version: policy.Version || '2012-10-17',
    Statement: policy.Statement.map(({ Effect, Action, Resource }) => ({ Effect, Action, Resource })),
  };
}
