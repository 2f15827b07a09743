import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text, textList, textMap } from '../src/contract/schema.js';
import { runExternalProgram } from '../src/contract/helpers/external-program.js';
import { catalogue, ImgpackError } from '../src/messages/message.js';

const messages = catalogue('data-external', {
  notObject: (program: string) => ({
    text: `\`${program}\` did not print a JSON object of texts`,
    hint: 'the result must look like {"name": "text"}; use `external-raw` for plain text',
  }),
  noProgram: () => ({ text: '`program` is empty', hint: 'give the program and its arguments as a list' }),
});

const schema = defineSchema({
  attributes: {
    program: textList({ required: true, description: 'the program and its arguments, without a shell' }),
    query: textMap({ description: 'given to the program as a JSON object on its standard input' }),
    working_dir: text({ description: 'the folder that it runs in' }),
  },
});

export default defineDataSource({
  type: 'external',
  summary: 'what a program prints as JSON',
  schema,
  outputs: { result: textMap({ description: 'the object that the program printed' }) },
  validate: (config) =>
    config.program[0] ? [] : [{ severity: 'error', message: messages.noProgram(), option: 'program' }],
  async run(config, context) {
    const printed = await runExternalProgram(config.program, config.working_dir, JSON.stringify(config.query), context);
    return { result: readResult(printed, config.program[0] ?? '') };
  },
});

function readResult(printed: string, program: string): Record<string, string> {
  let result: unknown;
  try {
    result = JSON.parse(printed);
  } catch (error) {
    throw new ImgpackError(messages.notObject(program), { cause: error });
  }
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  if (!isObject || !Object.values(result as object).every((value) => typeof value === 'string')) {
    throw new ImgpackError(messages.notObject(program));
  }
  return result as Record<string, string>;
}
