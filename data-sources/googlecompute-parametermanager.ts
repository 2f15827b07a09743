import { accessOf, endpointOf } from '../clouds/google/access.js';
import { cloudOf } from '../clouds/google/cloud.js';
import { pickField } from '../clouds/google/pick-field.js';
import { placeOptions } from '../clouds/google/options/access.js';
import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text } from '../src/contract/schema.js';

export default defineDataSource({
  type: 'googlecompute-parametermanager',
  summary: 'a parameter of the Parameter Manager, with the secrets that it refers to filled in',
  schema: defineSchema({
    attributes: {
      project_id: text({ description: 'Project of the parameter.', required: true }),
      location: text({ description: 'Location; any but `global` is asked at its own address.', default: 'global' }),
      name: text({ description: 'Parameter id.', required: true }),
      version: text({ description: 'Parameter version.', required: true }),
      key: text({ description: 'Field to pick from a JSON or YAML payload.' }),
      ...placeOptions,
    },
  }),
  outputs: {
    payload: text({ description: 'the parameter as text', sensitive: true }),
    value: text({ description: 'the field `key`, or empty', sensitive: true }),
  },
  async run(config, context) {
    const access = accessOf(config, context);
    const { transport } = cloudOf(access);
    const regional = config.location === 'global' ? '' : `.${config.location}.rep`;
    const base = access.endpoints['parametermanager']
      ? endpointOf(access, 'parametermanager')
      : `https://parametermanager${regional}.${access.universe}`;
    const url = `${base}/v1/projects/${config.project_id}/locations/${config.location}/parameters/${config.name}`;
    const ask = <T>(action: string, path: string): Promise<T> =>
      transport.json<T>(action, url + path, 'GET', undefined, context.signal);
    const { format = '' } = await ask<{ format?: string }>('parameters.get', '');
    const version = encodeURIComponent(config.version);
    const { renderedPayload = '' } = await ask<{ renderedPayload?: string }>(
      'parameters.render',
      `/versions/${version}:render`,
    );
    const payload = Buffer.from(renderedPayload, 'base64').toString('utf8');
    return { payload, value: config.key ? pickField(payload, format, config.key) : '' };
  },
});
