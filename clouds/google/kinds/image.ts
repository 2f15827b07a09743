import type { ResourceKind, ResourceReference } from '../../../src/contract/resources.js';
import type { JsonObject } from '../../../src/contract/json.js';
import type { Access } from '../access.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';
import { type InProject, REMOVAL_MILLISECONDS } from './reference.js';

/** An image. Its labels are the user's, so that only an image that was made since counts as ours. */
export const image: ResourceKind<InProject & { readonly since: string }> = {
  name: 'googlecompute/image',
  describe: ({ args }) => `image ${args.name} in ${args.project}`,
  async destroy({ args: { access, name, project, since }, data }, { signal }) {
    const cloud = cloudOf(access);
    const request = { project, image: name };
    if (data === undefined) {
      const found = await unlessGone(cloud.call('images.get', request, signal));
      if (!found || Date.parse(found.creationTimestamp ?? '') < Date.parse(since)) return;
    }
    await unlessGone(
      cloud.change('images.delete', request, {
        what: `deleting the image ${name}`,
        limit: REMOVAL_MILLISECONDS,
        signal,
      }),
    );
  },
};

/** How an image is removed that belongs to an artifact. */
export const imageReference = (access: Access, project: string, name: string): ResourceReference<JsonObject> => ({
  kind: image.name,
  args: { access, project, name, since: new Date(0).toISOString() },
  token: name,
  data: name,
});
