import { notFound } from '../refusal.js';
import type { Store } from './store.js';
import type { Asked, Handler } from './types.js';

/** What is there in every project, without being made: zones, types of machines, networks, addresses. */
export class Surroundings {
  /** Metadata of the project. */
  metadata: { key: string; value: string }[] = [];
  readonly addresses = new Map<string, string>();
  firewalls: object[] = [];

  constructor(private readonly store: Store) {}

  get handlers(): Record<string, Handler> {
    const link = ({ base, values }: Asked, path: string): string =>
      `${base}/compute/v1/projects/${values['project']}/${path}`;
    return {
      'projects.get': (asked) => ({
        kind: 'compute#project',
        name: asked.values['project'],
        commonInstanceMetadata: { kind: 'compute#metadata', items: this.metadata },
      }),
      'zones.get': (asked) => {
        const { zone = '' } = asked.values;
        if (!/^[a-z]+-[a-z]+\d+-[a-z]$/.test(zone)) throw notFound(`zones/${zone}`);
        return {
          kind: 'compute#zone',
          name: zone,
          status: 'UP',
          region: link(asked, `regions/${zone.slice(0, -2)}`),
          selfLink: link(asked, `zones/${zone}`),
        };
      },
      'regions.get': (asked) => ({
        kind: 'compute#region',
        name: asked.values['region'],
        selfLink: link(asked, `regions/${asked.values['region']}`),
      }),
      'machineTypes.get': (asked) => {
        const { machineType = '', zone = '' } = asked.values;
        if (!/^[a-z]\d[a-z]?-[a-z]+(-\d+)*$/.test(machineType)) throw notFound(`machineTypes/${machineType}`);
        const selfLink = link(asked, `zones/${zone}/machineTypes/${machineType}`);
        return { kind: 'compute#machineType', name: machineType, selfLink };
      },
      'addresses.get': (asked) => {
        const { address = '' } = asked.values;
        const found = this.addresses.get(address);
        if (found === undefined) throw notFound(`addresses/${address}`);
        return { kind: 'compute#address', name: address, address: found, status: 'RESERVED' };
      },
      'networks.get': (asked) => ({
        kind: 'compute#network',
        name: asked.values['network'],
        autoCreateSubnetworks: true,
        selfLink: link(asked, `global/networks/${asked.values['network']}`),
      }),
      'firewalls.list': (asked) => ({
        kind: 'compute#firewallList',
        id: this.store.paths().join(),
        items: this.firewalls,
        selfLink: link(asked, 'global/firewalls'),
      }),
    };
  }
}
