import { accessOf } from '../clouds/amazon/access.js';
import { cloudOf } from '../clouds/amazon/cloud.js';
import { filtersOf } from '../clouds/amazon/filters.js';
import { messages } from '../clouds/amazon/messages.js';
import { accessBlocks, accessOptions } from '../clouds/amazon/options/access.js';
import { imageFilterBlocks, imageFilterOptions } from '../clouds/amazon/options/filters.js';
import { problem } from '../src/contract/helpers/problem.js';
import { findImage } from '../clouds/amazon/source-image.js';
import { validateAccess } from '../clouds/amazon/validate-access.js';
import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text, textMap } from '../src/contract/schema.js';

export default defineDataSource({
  type: 'amazon-ami',
  summary: 'an image that filters and owners find',
  schema: defineSchema({
    attributes: { ...accessOptions, ...imageFilterOptions },
    blocks: { ...accessBlocks, ...imageFilterBlocks },
  }),
  outputs: {
    id: text({ description: 'id of the image' }),
    name: text({ description: 'its name' }),
    creation_date: text({ description: 'when it was made' }),
    owner: text({ description: 'account that it belongs to' }),
    owner_name: text({ description: 'alias of that account, or empty' }),
    tags: textMap({ description: 'its tags' }),
  },
  validate: (config, context) => [
    ...validateAccess(config, context),
    ...(config.owners.length === 0 ? [problem(undefined, messages.needed(['owners']))] : []),
  ],
  async run(config, context) {
    const image = await findImage(cloudOf(accessOf(config, context)), {
      filters: filtersOf(config),
      owners: config.owners,
      newest: config.most_recent,
      deprecated: config.include_deprecated,
    });
    return {
      id: image.ImageId ?? '',
      name: image.Name ?? '',
      creation_date: image.CreationDate ?? '',
      owner: image.OwnerId ?? '',
      owner_name: image.ImageOwnerAlias ?? '',
      tags: Object.fromEntries((image.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    };
  },
});
