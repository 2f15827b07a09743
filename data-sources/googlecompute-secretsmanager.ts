import { accessOf, endpointOf } from '../clouds/google/access.js';
import { cloudOf } from '../clouds/google/cloud.js';
import { crc32c } from '../clouds/google/crc32c.js';
import { messages } from '../clouds/google/messages.js';
import { placeOptions } from '../clouds/google/options/access.js';
import { pickField } from '../clouds/google/pick-field.js';
import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, number, text } from '../src/contract/schema.js';
import { ImgpackError } from '../src/messages/message.js';

interface Version {
  readonly payload?: { readonly data?: string; readonly dataCrc32c?: string };
}

export default defineDataSource({
  type: 'googlecompute-secretsmanager',
  summary: 'a secret of the Secret Manager',
  schema: defineSchema({
    attributes: {
      project_id: text({ description: 'Project of the secret.', required: true }),
      name: text({ description: 'Secret id.', required: true }),
      key: text({ description: 'Field to pick from a JSON payload.' }),
      version: text({ description: 'Version.', default: 'latest' }),
      ...placeOptions,
    },
  }),
  outputs: {
    payload: text({ description: 'the secret as text', sensitive: true }),
    value: text({ description: 'the field `key`, or empty', sensitive: true }),
    checksum: number({ description: 'CRC32C of the payload, or 0' }),
  },
  async run(config, context) {
    const access = accessOf(config, context);
    const name = `projects/${config.project_id}/secrets/${config.name}/versions/${config.version}`;
    const url = `${endpointOf(access, 'secretmanager')}/v1/${name}:access`;
    const { transport } = cloudOf(access);
    const { payload } = await transport.json<Version>('secrets.access', url, 'GET', undefined, context.signal);
    const data = Buffer.from(payload?.data ?? '', 'base64');
    const checksum = payload?.dataCrc32c;
    if (checksum !== undefined && Number(checksum) !== crc32c(data))
      throw new ImgpackError(messages.checksumWrong(config.name));
    const text = data.toString('utf8');
    return {
      payload: text,
      value: config.key ? pickField(text, 'JSON', config.key) : '',
      checksum: Number(checksum ?? 0),
    };
  },
});
