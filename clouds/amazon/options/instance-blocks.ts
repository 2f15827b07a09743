import { block, blocks, number, text, textList } from '../../../src/contract/schema.js';

export const placementBlock = {
  attributes: {
    host_resource_group_arn: text({
      description: 'Host resource group; excludes `host_id`; needs tenancy host or unset.',
    }),
    host_id: text({ description: 'Dedicated host id; honoured only by amazon-ebs.' }),
    tenancy: text({ description: 'Tenancy.', values: ['default', 'dedicated', 'host'] }),
  },
} as const;

/** No defaults: what is not set is not sent. */
export const metadataBlock = {
  attributes: {
    http_endpoint: text({
      description: 'Metadata endpoint switch.',
      defaultNote: 'that of the account, then of the image',
      values: ['enabled', 'disabled'],
    }),
    http_tokens: text({
      description: 'IMDS token mode.',
      defaultNote: 'that of the account, then of the image',
      values: ['optional', 'required'],
    }),
    http_put_response_hop_limit: number({
      description: 'Hop limit, 1 to 64.',
      defaultNote: 'that of the account, then of the image',
    }),
    instance_metadata_tags: text({
      description: 'Expose tags through metadata; needs `http_endpoint` enabled.',
      defaultNote: 'that of the account, then of the image',
      values: ['enabled', 'disabled'],
    }),
  },
} as const;

export const policyBlock = {
  attributes: {
    Version: text({ description: 'Version of the policy language.', defaultNote: '`2012-10-17`' }),
  },
  blocks: {
    Statement: blocks(
      {
        attributes: {
          Effect: text({ description: '`Allow` or `Deny`.', required: true }),
          Action: textList({ description: 'Actions, such as `s3:GetObject`.' }),
          Resource: textList({ description: 'ARNs that they may touch.' }),
        },
      },
      { description: 'One statement.' },
    ),
  },
} as const;

export const licenseBlock = {
  attributes: {},
  blocks: {
    license_configuration_request: block(
      {
        attributes: {
          license_configuration_arn: text({ description: 'ARN of the license configuration.', required: true }),
        },
      },
      { description: 'The license configuration.', required: true },
    ),
  },
} as const;
