import { resolve } from 'node:path';
import { expandGlob } from '../src/contract/helpers/glob.js';
import { fileReference } from '../src/contract/helpers/local-resources.js';
import { catalogue } from '../src/messages/message.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import { defineSchema, textList } from '../src/contract/schema.js';

const messages = catalogue('artifice', {
  noFiles: () => ({ text: '`files` is empty', hint: 'name the files, or patterns of files, of the new artifact' }),
});

const schema = defineSchema({
  attributes: {
    files: textList({
      description:
        'Files of the new artifact, as paths or patterns (`*`, `?`, `[a-z]`). A pattern that matches nothing is ignored.',
      required: true,
    }),
  },
});

export default definePostProcessor({
  type: 'artifice',
  summary: 'Hands on files that an earlier step made, in place of the artifact.',
  schema,
  validate: (config) =>
    config.files.length > 0 ? [] : [{ severity: 'error', message: messages.noFiles(), option: 'files' }],
  async run(config, context, artifact) {
    if (artifact.files.length > 0) context.say(`leaving out: ${artifact.files.join(', ')}`);
    const files = (
      await Promise.all(config.files.map((pattern) => expandGlob(pattern, context.workingDirectory)))
    ).flat();
    context.say(
      files.length > 0 ? `the artifact is now: ${files.join(', ')}` : 'no file matches: the artifact is empty',
    );
    return {
      artifact: {
        builderId: 'packer.post-processor.artifice',
        id: '',
        files,
        description: `Created artifact from files: ${files.join(', ')}`,
        remove: files.map((file) => fileReference(resolve(context.workingDirectory, file))),
      },
      keep: true,
    };
  },
});
