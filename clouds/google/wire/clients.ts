import { createRequire } from 'node:module';
import type { Caller } from './caller.js';
import { description, gax, upper } from './description.js';

/** A method of a client: the answer comes first in the list that it resolves to. */
type ClientMethod = (request: object, options: object) => Promise<readonly unknown[]>;
export type Client = Readonly<Record<string, ClientMethod>>;

const require = createRequire(import.meta.url);
const made = new WeakMap<Caller, Map<string, Client>>();

/** Google's client of one service: nothing of the hundred others is loaded. */
export function clientOf(service: string, caller: Caller): Client {
  const clients = made.get(caller) ?? new Map<string, Client>();
  made.set(caller, clients);
  const client = clients.get(service) ?? load(service, caller);
  clients.set(service, client);
  return client;
}

function load(service: string, caller: Caller): Client {
  const file = service.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const module = require(`@google-cloud/compute/build/src/v1/${file}_client.js`) as Record<
    string,
    new (options: object, layer: object) => Client
  >;
  const Made = module[`${upper(service)}Client`];
  if (!Made) throw new Error(`Google's package has no client of ${service}`);
  return new Made({ authClient: caller, universeDomain: caller.universeDomain, fallback: true }, callLayer());
}

let layer: object | undefined;

/** Google's call layer with the description that is read already. */
function callLayer(): object {
  if (layer) return layer;
  const original = gax();
  class GrpcClient extends original.fallback.GrpcClient {
    override loadProtoJSON(): unknown {
      return description();
    }
  }
  layer = { ...original, fallback: { ...original.fallback, GrpcClient } };
  return layer;
}
