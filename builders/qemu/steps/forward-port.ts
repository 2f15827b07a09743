import type { BuilderContext } from '../../../src/contract/context.js';
import { reservePort } from '../../../src/contract/helpers/free-port.js';
import type { Config } from '../config.js';
import { communicatorPort, hostPortRange } from '../settings.js';
import { lastPort } from './serve-http.js';

export interface Forward {
  /** Absent: nothing is forwarded. */
  readonly forward?: { readonly host: number; readonly guest: number };
}

/** Finds the port of this machine through which the guest is reached. */
export async function forwardPort(context: BuilderContext<Config>): Promise<Forward> {
  const { config } = context;
  const guest = communicatorPort(config);
  if (guest === undefined || config.net_bridge) return {};
  if (config.skip_nat_mapping) return { forward: { host: guest, guest } };
  const { min, max } = hostPortRange(config);
  // Without an address QEMU listens on all of them, so the port must be free on all.
  const range = { min, max: lastPort(min, max), host: '0.0.0.0' };
  const { value: host } = await reservePort(context.resources, context.cacheDirectory, range);
  context.say(`forwarding port ${host} of this machine to port ${guest} of the guest`);
  return { forward: { host, guest } };
}
