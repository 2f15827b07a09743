import { checkImage, engineOf, TAGGED } from '../src/contract/helpers/docker/image-artifact.js';
import { dockerKinds, imageReference } from '../src/contract/helpers/docker/kinds.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import { bool, defineSchema, text, textList } from '../src/contract/schema.js';
import { catalogue } from '../src/messages/message.js';

const messages = catalogue('docker-tag', {
  noRepository: () => ({ text: '`repository` is empty', hint: 'name the repository that the image belongs to' }),
});

const schema = defineSchema({
  attributes: {
    docker_path: text({ description: 'Accepted for templates of Packer: no client is run.', default: 'docker' }),
    repository: text({ description: 'Repository, with its registry where that is not Docker Hub.', required: true }),
    tags: textList({ description: 'Tags of the image.', defaultNote: '`latest`' }),
    tag: textList({ description: 'More tags.', deprecated: '`tags`' }),
    force: bool({ description: 'Accepted for templates of Packer: a tag always moves.', default: false }),
  },
});

export default definePostProcessor({
  type: 'docker-tag',
  summary: 'Names an image of a container engine.',
  schema,
  resourceKinds: dockerKinds,
  validate: ({ repository }) =>
    repository ? [] : [{ severity: 'error', message: messages.noRepository(), option: 'repository' }],
  async run({ repository, tags, tag }, context, artifact) {
    checkImage(artifact);
    const engine = await engineOf(artifact, context.env);
    const all = [...tags, ...tag];
    const names = all.map((name) => `${repository}:${name}`);
    for (const name of all.length > 0 ? all : [undefined]) {
      context.say(`Tagging image: ${artifact.id} as ${name === undefined ? repository : `${repository}:${name}`}`);
      await engine.tag(artifact.id, repository, name);
    }
    const given = names.length > 0 ? names : [repository];
    const id = given.at(-1) as string;
    return {
      artifact: {
        builderId: TAGGED,
        id,
        files: [],
        description: `Imported Docker image: ${id}${names.length > 0 ? ` with tags ${names.join(' ')}` : ''}`,
        ...(artifact.values && { values: artifact.values }),
        state: { ...artifact.state, endpoint: engine.endpoint, docker_tags: names },
        remove: given.map((name) => imageReference(engine.endpoint, name)),
      },
      keep: true,
      forceKeep: true,
    };
  },
});
