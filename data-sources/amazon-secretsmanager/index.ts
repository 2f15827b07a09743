import { accessOf } from '../../clouds/amazon/access.js';
import { cloudOf } from '../../clouds/amazon/cloud.js';
import { accessBlocks, accessOptions } from '../../clouds/amazon/options/access.js';
import { validateAccess } from '../../clouds/amazon/validate-access.js';
import { defineDataSource } from '../../src/contract/plugin.js';
import { defineSchema, text } from '../../src/contract/schema.js';
import { pickValue } from './pick-value.js';

export default defineDataSource({
  type: 'amazon-secretsmanager',
  summary: 'a secret of the Secrets Manager',
  schema: defineSchema({
    attributes: {
      ...accessOptions,
      name: text({ description: 'Name or ARN of the secret.', required: true }),
      key: text({ description: 'Field of a secret that is a JSON object.' }),
      version_id: text({ description: 'Id of a version; it goes before `version_stage`.' }),
      version_stage: text({ description: 'Label of a version.', default: 'AWSCURRENT' }),
    },
    blocks: accessBlocks,
  }),
  outputs: {
    value: text({ description: 'the field `key`, or the whole secret where it is no JSON object', sensitive: true }),
    secret_string: text({ description: 'the secret as text', sensitive: true }),
    secret_binary: text({ description: 'the secret in base64 where it is bytes', sensitive: true }),
    version_id: text({ description: 'id of the version' }),
  },
  validate: (config, context) => [...validateAccess(config, context)],
  async run(config, context) {
    const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    const secrets = await cloudOf(accessOf(config, context)).secrets();
    const version = config.version_id ? { VersionId: config.version_id } : { VersionStage: config.version_stage };
    const secret = await secrets.send(new GetSecretValueCommand({ SecretId: config.name, ...version }));
    const content = secret.SecretString ?? '';
    return {
      value: pickValue(content, config.key || undefined),
      secret_string: content,
      secret_binary: secret.SecretBinary ? Buffer.from(secret.SecretBinary).toString('base64') : '',
      version_id: secret.VersionId ?? '',
    };
  },
});
