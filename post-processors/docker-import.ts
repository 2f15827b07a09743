import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { engineOf, IMPORTED, isImage } from '../src/contract/helpers/docker/image-artifact.js';
import { dockerKinds, imageKind, imageReference } from '../src/contract/helpers/docker/kinds.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import { defineSchema, text, textList } from '../src/contract/schema.js';
import { catalogue, ImgpackError } from '../src/messages/message.js';

const messages = catalogue('docker-import', {
  noArchive: (builderId: string) => ({
    text: `an artifact of \`${builderId}\` has no archive to import`,
    hint: 'export a container with `export_path`, or name a tar file with `artifice` before',
  }),
});

const schema = defineSchema({
  attributes: {
    docker_path: text({ description: 'Accepted for templates of Packer: no client is run.', default: 'docker' }),
    repository: text({ description: 'Repository of the image.', defaultNote: 'the image has no name' }),
    tag: text({ description: 'Tag of the image.', defaultNote: '`latest`' }),
    changes: textList({ description: 'Instructions of a Dockerfile that are applied to the image.' }),
    platform: text({ description: 'Platform of the image: `linux/arm64`.' }),
  },
});

export default definePostProcessor({
  type: 'docker-import',
  summary: 'Makes an image of a container engine from a tar archive of a root file system.',
  schema,
  resourceKinds: dockerKinds,
  async run({ repository, tag, changes, platform }, context, artifact) {
    const [first] = artifact.files;
    if (isImage(artifact) || !first) throw new ImgpackError(messages.noArchive(artifact.builderId));
    const { signal, resources } = context;
    const engine = await engineOf(artifact, context.env);
    const name = repository ? `${repository}${tag ? `:${tag}` : ''}` : undefined;
    context.say(`Importing image: ${first}`);
    // Imported under a name of its own: cleaning up after a kill must not meet an older image with the wanted name.
    const passing = repository && `imgpack-import-${randomUUID()}`;
    const args = { endpoint: engine.endpoint, ...(passing && { name: passing }) };
    const image = await resources.create(imageKind, args, async () => {
      const archive = createReadStream(resolve(context.workingDirectory, first), { highWaterMark: 1 << 20 });
      const value = await engine.import(archive, { repository: passing, changes, platform, signal });
      return { value, data: value };
    });
    if (repository && passing) {
      await engine.tag(image.value, repository, tag);
      await engine.removeImage(passing, { signal });
    }
    await image.keep();
    context.say(`Image ID: ${image.value}`);
    const id = name ?? image.value;
    return {
      artifact: {
        builderId: IMPORTED,
        id,
        files: [],
        description: `Imported Docker image: ${id}`,
        state: { endpoint: engine.endpoint },
        remove: [imageReference(engine.endpoint, id)],
      },
      keep: false,
    };
  },
});
