import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text, textList } from '../src/contract/schema.js';
import { runExternalProgram } from '../src/contract/helpers/external-program.js';
import { catalogue } from '../src/messages/message.js';

const messages = catalogue('data-external-raw', {
  noProgram: () => ({ text: '`program` is empty', hint: 'give the program and its arguments as a list' }),
});

const schema = defineSchema({
  attributes: {
    program: textList({ required: true, description: 'the program and its arguments, without a shell' }),
    query: text({ description: 'given to the program on its standard input' }),
    working_dir: text({ description: 'the folder that it runs in' }),
  },
});

export default defineDataSource({
  type: 'external-raw',
  summary: 'what a program prints, as it is',
  schema,
  outputs: { result: text({ description: 'what the program printed' }) },
  validate: (config) =>
    config.program[0] ? [] : [{ severity: 'error', message: messages.noProgram(), option: 'program' }],
  run: async (config, context) => ({
    result: await runExternalProgram(config.program, config.working_dir, config.query ?? '', context),
  }),
});
