import { Engine } from '../../src/contract/helpers/docker/engine.js';
import { communicatorOptions } from '../../src/contract/options/communicator.js';
import type { BuilderCaching } from '../../src/contract/plugin.js';
import type { Config } from './config.js';

/** A state is an image of the engine; the container that goes on from it is a new one. */
export const caching: BuilderCaching<Config> = {
  ignored: [
    ...Object.keys(communicatorOptions).filter((name) => name !== 'communicator'),
    'container_dir',
    'docker_path',
    'login',
    'login_server',
    'login_username',
    'login_password',
  ],
  finishing: ['commit', 'export_path', 'discard', 'changes', 'author', 'message'],
  async identify({ image }, context) {
    try {
      const found = await (await Engine.from(context.env)).findImage(image);
      return [{ kind: 'base', name: image, ...(found && { value: found.Id }) }];
    } catch (error) {
      // Said again, and better, when the container is run.
      context.log(`${image}: ${(error as Error).message}`);
      return [{ kind: 'base', name: image }];
    }
  },
  unsaveable: ({ communicator, pull }) => {
    if (communicator === 'none') return 'nothing is done to it while it runs';
    return pull ? 'what `pull` brings is known only once it was pulled' : undefined;
  },
};
