import { blocks, bool, text, textList, textMap } from '../../../src/contract/schema.js';

/** Fields that find an image; the data source `amazon-ami` has them as well. */
export const imageFilterOptions = {
  filters: textMap({
    description:
      'Map of DescribeImages filter name to value or comma-separated values. Needed: filters or owners must be present.',
  }),
  owners: textList({
    description: 'Account ids, self, or owner aliases. Needed: required unless a fixed `source_ami` is given.',
  }),
  most_recent: bool({ description: 'Take the newest match instead of failing on several.', default: false }),
  include_deprecated: bool({ description: 'Include deprecated images.', default: false }),
} as const;

const pair = {
  attributes: {
    name: text({ description: 'Name of the filter.', required: true }),
    value: text({ description: 'Value, or several with commas in between.', required: true }),
  },
} as const;

const filters = textMap({ description: 'EC2 filter names, each with a value or several with commas in between.' });
const filter = blocks(pair, { description: 'One more entry of `filters`.' });

export const imageFilterBlocks = { filter } as const;
export const sourceImageFilter = { attributes: imageFilterOptions, blocks: imageFilterBlocks } as const;
export const filterBlock = { attributes: { filters }, blocks: { filter } } as const;
export const subnetFilterBlock = {
  attributes: {
    filters,
    most_free: bool({ description: 'Of several, take the one with the most free addresses.', default: false }),
    random: bool({ description: 'Of several, take any; `most_free` goes before it.', default: false }),
  },
  blocks: { filter },
} as const;
