import { type TunnelPort, tunnelUntilUndone } from '../../../src/contract/helpers/tunnel-port.js';
import type { Access } from '../access.js';
import { openTunnel } from '../iap/open-tunnel.js';
import { type Context, type InCloud, placeOf, type Started } from './config.js';

const PATIENCE_SECONDS = 30;

/** Where the template wants that: a port of this host that leads through Identity-Aware Proxy to the machine's SSH server. */
export async function openTunnelPort(
  context: Context,
  { cloud, name }: InCloud & Started,
): Promise<TunnelPort | undefined> {
  const { config, resources, log, say } = context;
  if (!config.use_iap || config.communicator !== 'ssh') return undefined;
  const port = config.ssh_port || 22;
  const target = {
    ...placeOf(config),
    instance: name,
    port,
    base: relayOf(cloud.access),
    token: cloud.credentials.token,
    log: (text: string) => log(text),
  };
  const patience = (config.iap_tunnel_launch_wait || PATIENCE_SECONDS) * 1000;
  const tunnel = await tunnelUntilUndone(resources, {
    port: config.iap_localhost_port ?? 0,
    log: target.log,
    open: (signal) => openTunnel(target, patience, signal),
  });
  say(`Identity-Aware Proxy leads from port ${tunnel.port} of this machine to port ${port} of ${name}`);
  return tunnel;
}

/** Where the relay is: its own address where the template gives one. */
export function relayOf({ endpoints, universe }: Access): string {
  const given = endpoints['tunnel']?.replace(/\/+$/, '').replace(/^http/, 'ws');
  if (given) return given.endsWith('/v4') ? given : `${given}/v4`;
  const host = universe === 'googleapis.com' ? 'tunnel.cloudproxy.app' : `tunnel-cloudproxy.${universe}`;
  return `wss://${host}/v4`;
}
