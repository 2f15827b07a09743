import type { BuilderContext } from '../../../src/contract/context.js';
import { givenLogin, knownLogin } from '../../../src/contract/helpers/docker/credentials.js';
import { Engine } from '../../../src/contract/helpers/docker/engine.js';
import type { ImageDetails } from '../../../src/contract/helpers/docker/types.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';

export interface Base {
  readonly engine: Engine;
  /** What the template names. */
  readonly source: ImageDetails;
  /** What the container starts from: the source, or a state that was saved on it. */
  readonly start: string;
}

/** Finds the engine, and the image there, pulled where that is wanted. */
export async function findImage(context: BuilderContext<Config>): Promise<Base> {
  const { config, signal, env, checkpoints } = context;
  const engine = await Engine.from(env);
  const saved = checkpoints?.restore?.data as { image: string; source: string } | undefined;
  if (saved) {
    const [image, source] = await Promise.all([engine.findImage(saved.image), engine.findImage(saved.source)]);
    if (!image || !source) throw new ImgpackError(messages.stateUnusable(saved.image));
    return { engine, source, start: image.Id };
  }
  if (config.pull) {
    context.say(`Pulling Docker image: ${config.image}`);
    const login = config.login ? givenLogin(config) : await knownLogin(config.image, env);
    if (config.login && login) await engine.login(login, signal);
    const onText = (text: string) => context.output('stdout', text.trimEnd());
    await engine.pull(config.image, { login, platform: config.platform, signal, onText });
  }
  const source = await engine.image(config.image);
  return { engine, source, start: config.image };
}
