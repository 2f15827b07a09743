import { catalogue, ImgpackError } from '../../../messages/message.js';
import type { Artifact } from '../../artifact.js';
import type { Endpoint } from './endpoint.js';
import { Engine } from './engine.js';

const messages = catalogue('docker-artifact', {
  noImage: (builderId: string) => ({
    text: `an artifact of \`${builderId}\` is no image of a container engine`,
    hint: 'commit a container, or use `docker-import` before',
  }),
});

export const IMPORTED = 'packer.post-processor.docker-import';
export const TAGGED = 'packer.post-processor.docker-tag';

/** Whether the artifact is an image of an engine: of a commit, an import or a tag. */
export const isImage = ({ builderId }: Artifact): boolean => builderId === IMPORTED || builderId === TAGGED;

/** @throws ImgpackError `docker-artifact/no-image` */
export function checkImage(artifact: Artifact): void {
  if (!isImage(artifact)) throw new ImgpackError(messages.noImage(artifact.builderId));
}

/** The engine that holds an artifact: the one that it was made with, else that of the environment. */
export async function engineOf(
  { state }: Artifact,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Engine> {
  const endpoint = state?.['endpoint'] as Endpoint | undefined;
  return endpoint ? Engine.at(endpoint, env['DOCKER_API_VERSION'] || undefined) : Engine.from(env);
}

/** Names that `docker-tag` gave; empty for an image that was not tagged. */
export const tagsOf = ({ state }: Artifact): readonly string[] =>
  (state?.['docker_tags'] as readonly string[] | undefined) ?? [];
