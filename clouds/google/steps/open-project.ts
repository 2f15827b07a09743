import { accessOf } from '../access.js';
import { cloudOf } from '../cloud.js';
import { isFault, unlessGone } from '../fault.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import type { Context, InCloud } from './config.js';

/** The cloud of the credentials. What stands in the template, or in its files, is a secret all the same. */
export async function openProject(context: Context): Promise<InCloud> {
  const access = accessOf(context.config, context);
  if (access.token !== null) context.addSecret(access.token);
  const key = access.credentials?.['private_key'];
  if (typeof key === 'string') context.addSecret(key);
  return { cloud: cloudOf(access) };
}

/** Fails before anything is made where the name of the image is taken. */
export async function checkName({ config, force, signal }: Context, { cloud }: InCloud): Promise<void> {
  if (config.skip_create_image || force) return;
  const project = config.image_project_id || config.project_id;
  try {
    const taken = await unlessGone(cloud.call('images.get', { project, image: config.image_name }, signal));
    if (taken) throw new ImgpackError(messages.nameTaken(config.image_name, project));
  } catch (error) {
    // Who may make images need not be able to read them.
    if (!isFault(error, 403)) throw error;
  }
}
