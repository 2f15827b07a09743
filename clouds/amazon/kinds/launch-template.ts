import type { ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';
import type { InAccount } from './reference.js';

export const launchTemplate: ResourceKind<InAccount & { readonly name: string }> = {
  name: 'amazon-ebs/launch-template',
  describe: ({ args }) => `launch template ${args.name} in ${args.access.region}`,
  async destroy({ args }) {
    const { DeleteLaunchTemplateCommand } = await import('@aws-sdk/client-ec2');
    const ec2 = await cloudOf(args.access).ec2();
    const gone = /^InvalidLaunchTemplate(Name|Id)\.NotFound/;
    await unlessGone(ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: args.name })), gone);
  },
};
