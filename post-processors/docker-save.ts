import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkImage, engineOf, tagsOf } from '../src/contract/helpers/docker/image-artifact.js';
import { dockerKinds } from '../src/contract/helpers/docker/kinds.js';
import { localResourceKinds } from '../src/contract/helpers/local-kinds.js';
import { createFileBy } from '../src/contract/helpers/local-resources.js';
import { setAside } from '../src/contract/helpers/set-aside.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import { defineSchema, text } from '../src/contract/schema.js';
import { catalogue } from '../src/messages/message.js';

const messages = catalogue('docker-save', {
  noPath: () => ({ text: '`path` is empty', hint: 'name the tar file to write' }),
});

const schema = defineSchema({
  attributes: {
    docker_path: text({ description: 'Accepted for templates of Packer: no client is run.', default: 'docker' }),
    path: text({ description: 'Tar file that the image is written to; parents are made.', required: true }),
  },
});

export default definePostProcessor({
  type: 'docker-save',
  summary: 'Writes an image of a container engine to a tar file.',
  schema,
  resourceKinds: [...dockerKinds, ...localResourceKinds],
  validate: ({ path }) => (path ? [] : [{ severity: 'error', message: messages.noPath(), option: 'path' }]),
  async run(config, context, artifact) {
    checkImage(artifact);
    const { resources, signal } = context;
    const engine = await engineOf(artifact, context.env);
    const path = resolve(context.workingDirectory, config.path);
    const tags = tagsOf(artifact);
    const names = tags.length > 0 ? tags : [artifact.id];
    context.say(`Saving image: ${names.join(', ')}`);
    const before = await setAside(resources, path);
    const file = await createFileBy(resources, path, async (temporary) => {
      await pipeline(await engine.save(names, signal), createWriteStream(temporary), { signal });
    });
    await file.keep();
    await before.discard();
    return { artifact, keep: true };
  },
});
