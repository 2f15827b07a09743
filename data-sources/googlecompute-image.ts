import { accessOf } from '../clouds/google/access.js';
import { cloudOf } from '../clouds/google/cloud.js';
import { messages } from '../clouds/google/messages.js';
import { placeOptions } from '../clouds/google/options/access.js';
import { defineDataSource } from '../src/contract/plugin.js';
import { bool, defineSchema, text, textMap } from '../src/contract/schema.js';
import { ImgpackError } from '../src/messages/message.js';

export default defineDataSource({
  type: 'googlecompute-image',
  summary: 'an image of a project that a filter finds',
  schema: defineSchema({
    attributes: {
      project_id: text({ description: 'Project to list images in.', required: true }),
      filters: text({ description: 'Filter expression of the Compute API.', required: true }),
      most_recent: bool({ description: 'Accept several matches and take the newest.', default: false }),
      ...placeOptions,
    },
  }),
  outputs: {
    id: text({ description: 'number of the image' }),
    name: text({ description: 'its name' }),
    creation_date: text({ description: 'when it was made' }),
    labels: textMap({ description: 'its labels' }),
  },
  async run(config, context) {
    const { project_id: project, filters: filter } = config;
    const cloud = cloudOf(accessOf(config, context));
    const images = await cloud.call('images.list', { project, filter }, context.signal);
    const query = `\`${filter}\` in \`${project}\``;
    if (images.length > 1 && !config.most_recent)
      throw new ImgpackError(
        messages.severalFound('images', images.length, 'narrow `filters`, or set `most_recent = true`'),
      );
    const age = ({ creationTimestamp = '' }: { creationTimestamp?: string }): number => Date.parse(creationTimestamp);
    const [newest] = [...images].sort((a, b) => age(b) - age(a));
    if (!newest) throw new ImgpackError(messages.nothingFound('image', query));
    return {
      id: newest.id ?? '',
      name: newest.name ?? '',
      creation_date: newest.creationTimestamp ?? '',
      labels: { ...newest.labels },
    };
  },
});
