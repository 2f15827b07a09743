import type { JsonObject } from '../../../src/contract/json.js';
import type { ResourceKind } from '../../../src/contract/resources.js';
import { type Access, endpointOf } from '../access.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';

/** A key that an account may log in with on machines with OS Login; `fingerprint` is its SHA-256. */
export const loginKey: ResourceKind<
  { readonly access: Access; readonly account: string; readonly fingerprint: string } & JsonObject
> = {
  name: 'googlecompute/login-key',
  describe: ({ args }) => `OS Login key ${args.fingerprint.slice(0, 12)} of ${args.account}`,
  async destroy({ args: { access, account, fingerprint } }, { signal }) {
    const url = `${endpointOf(access, 'oslogin')}/v1/users/${encodeURIComponent(account)}/sshPublicKeys/${fingerprint}`;
    await unlessGone(cloudOf(access).transport.json('oslogin.deleteSshPublicKey', url, 'DELETE', undefined, signal));
  },
};
