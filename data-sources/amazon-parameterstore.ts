import { accessOf } from '../clouds/amazon/access.js';
import { cloudOf } from '../clouds/amazon/cloud.js';
import { accessBlocks, accessOptions } from '../clouds/amazon/options/access.js';
import { validateAccess } from '../clouds/amazon/validate-access.js';
import { defineDataSource } from '../src/contract/plugin.js';
import { bool, defineSchema, text } from '../src/contract/schema.js';

export default defineDataSource({
  type: 'amazon-parameterstore',
  summary: 'a parameter of the Systems Manager parameter store',
  schema: defineSchema({
    attributes: {
      ...accessOptions,
      name: text({ description: 'Name of the parameter.', required: true }),
      with_decryption: bool({ description: 'Decrypt the value of a secure string.', default: false }),
    },
    blocks: accessBlocks,
  }),
  outputs: {
    value: text({ description: 'its value', sensitive: true }),
    version: text({ description: 'its version' }),
    arn: text({ description: 'its ARN' }),
  },
  validate: (config, context) => [...validateAccess(config, context)],
  async run(config, context) {
    const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
    const ssm = await cloudOf(accessOf(config, context)).ssm();
    const query = new GetParameterCommand({ Name: config.name, WithDecryption: config.with_decryption });
    const { Parameter } = await ssm.send(query);
    return { value: Parameter?.Value ?? '', version: String(Parameter?.Version ?? ''), arn: Parameter?.ARN ?? '' };
  },
});
