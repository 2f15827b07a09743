import { text } from '../../../src/contract/schema.js';

const value = text({ description: 'Value of the tag.', required: true, template: 'late' });

/** A tag as a block of its own. */
export const tagBlock = {
  attributes: { key: text({ description: 'Key of the tag.', required: true, template: 'late' }), value },
} as const;

/** The same for volumes, whose key is called `name`. */
export const namedTagBlock = {
  attributes: { name: text({ description: 'Key of the tag.', required: true, template: 'late' }), value },
} as const;
