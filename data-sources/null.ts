import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text } from '../src/contract/schema.js';
import { catalogue } from '../src/messages/message.js';

const messages = catalogue('data-null', {
  emptyInput: () => ({ text: '`input` is empty', hint: 'give it the text that `output` shall hold' }),
});

const schema = defineSchema({
  attributes: {
    input: text({ description: 'the text that `output` holds' }),
  },
});

export default defineDataSource({
  type: 'null',
  summary: 'hands its input on; for trying templates out',
  schema,
  outputs: { output: text({ description: 'the text of `input`' }) },
  validate: (config) => (config.input ? [] : [{ severity: 'error', message: messages.emptyInput(), option: 'input' }]),
  run: async (config) => ({ output: config.input ?? '' }),
});
