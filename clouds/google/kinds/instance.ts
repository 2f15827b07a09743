import type { ResourceKind } from '../../../src/contract/resources.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import { cloudOf } from '../cloud.js';
import { isFault, unlessGone } from '../fault.js';
import { type InZone, REMOVAL_MILLISECONDS, TOKEN_LABEL } from './reference.js';

/** A machine. Its boot disk is a resource of its own. */
export const instance: ResourceKind<InZone> = {
  name: 'googlecompute/instance',
  describe: ({ args }) => `instance ${args.name} in ${args.zone}`,
  async destroy({ args: { access, name, ...place }, data, token }, { signal }) {
    const cloud = cloudOf(access);
    const request = { project: place.project, zone: place.zone, instance: name };
    if (data === undefined) {
      const found = await unlessGone(cloud.call('instances.get', request, signal));
      if (found?.labels?.[TOKEN_LABEL] !== token) return;
    }
    // A machine that is still being made cannot be deleted yet.
    await retryWhile(
      (error) => isFault(error, 400, /resourceNotReady/),
      { signal },
      () =>
        unlessGone(
          cloud.change('instances.delete', request, {
            what: `deleting the instance ${name}`,
            limit: REMOVAL_MILLISECONDS,
            signal,
          }),
        ),
    );
  },
};
