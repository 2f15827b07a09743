import type { ResourceKind, ResourceReference } from '../../resources.js';
import type { Endpoint } from './endpoint.js';
import { Engine } from './engine.js';

type EngineArgs = { readonly endpoint: Endpoint };

/** A name by which a container is found though its id was not written down; unlike a label it is in no image. */
export const containerName = (token: string): string => `imgpack-${token}`;

const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** A container that imgpack runs; its data is its id. */
export const containerKind: ResourceKind<EngineArgs> = {
  name: 'docker/container',
  describe: ({ token, data }) => `container \`${typeof data === 'string' ? short(data) : containerName(token)}\``,
  async destroy({ args, token, data }, { signal }) {
    const name = typeof data === 'string' ? data : containerName(token);
    await Engine.at(args.endpoint).removeContainer(name, signal);
  },
};

type ImageArgs = EngineArgs & {
  /** Of a commit: the container, by which a nameless image is found whose id was not written down. */
  readonly container?: string;
  /** Of a build or an import: the name that it gets first. */
  readonly name?: string;
};

/** An image that was made and is not yet anybody's; its data is its id. */
export const imageKind: ResourceKind<ImageArgs> = {
  name: 'docker/image',
  describe: ({ args, data }) => `image \`${typeof data === 'string' ? short(data) : (args.name ?? 'of a container')}\``,
  async destroy({ args, data }, { signal, log }) {
    const engine = Engine.at(args.endpoint);
    if (typeof data === 'string') return engine.removeImage(data, { signal });
    if (args.name !== undefined) return engine.removeImage(args.name, { signal });
    if (args.container === undefined) return;
    for (const id of await engine.danglingImages()) {
      const image = await engine.findImage(id);
      const isOurs = image?.Container === args.container || image?.Config?.Hostname === args.container.slice(0, 12);
      if (!isOurs) continue;
      log(`${id}: committed from the container ${args.container}`);
      await engine.removeImage(id, { signal });
    }
  },
};

/** For `Artifact.remove` and checkpoints: the image with that id or name. */
export const imageReference = (endpoint: Endpoint, name: string): ResourceReference => ({
  kind: imageKind.name,
  args: { endpoint },
  token: '',
  data: name,
});

export const dockerKinds: readonly ResourceKind<never>[] = [containerKind, imageKind];
