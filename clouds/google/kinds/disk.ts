import type { ResourceKind } from '../../../src/contract/resources.js';
import { retryWhile } from '../../../src/contract/helpers/retry-while.js';
import { cloudOf } from '../cloud.js';
import { isFault, unlessGone } from '../fault.js';
import { type InZone, REMOVAL_MILLISECONDS, TOKEN_LABEL } from './reference.js';

/** A disk in a zone, or with `region` in all of a region. */
export const disk: ResourceKind<InZone & { readonly region: string | null }> = {
  name: 'googlecompute/disk',
  describe: ({ args }) => `disk ${args.name} in ${args.region ?? args.zone}`,
  async destroy({ args: { access, name, project, zone, region }, data, token }, { signal }) {
    const cloud = cloudOf(access);
    const wait = { what: `deleting the disk ${name}`, limit: REMOVAL_MILLISECONDS, signal };
    const found = await unlessGone(
      region === null
        ? cloud.call('disks.get', { project, zone, disk: name }, signal)
        : cloud.call('regionDisks.get', { project, region, disk: name }, signal),
    );
    if (!found || (data === undefined && found.labels?.[TOKEN_LABEL] !== token)) return;
    await retryWhile(
      (error) => isFault(error, 400, /resourceInUse|resourceNotReady/),
      { signal },
      () =>
        unlessGone(
          region === null
            ? cloud.change('disks.delete', { project, zone, disk: name }, wait)
            : cloud.change('regionDisks.delete', { project, region, disk: name }, wait),
        ),
    );
  },
};
