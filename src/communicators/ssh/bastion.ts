import type { Client } from 'ssh2';
import type { SshTarget } from '../../contract/communicator.js';
import type { ConnectContext } from '../context.js';
import { dial, type DialSurroundings } from './dial.js';
import { direct, type Route } from './route.js';

/** A login on the host in between, and the way through it. */
export interface Bastion {
  readonly route: Route;
  close(): void;
}

/** Logs in to the bastion. A lost connection to it is made anew when the machine behind it is next dialled. */
export async function openBastion(
  bastion: NonNullable<SshTarget['bastion']>,
  { timeout, handshakeAttempts, keepAliveInterval }: SshTarget,
  surroundings: DialSurroundings,
  ask: ConnectContext['ask'],
): Promise<Bastion> {
  let client: Client | undefined;
  const login = async (signal: AbortSignal): Promise<Client> => {
    const fresh = await dial(
      direct,
      { ...bastion, timeout, handshakeAttempts, keepAliveInterval },
      {
        ...surroundings,
        signal,
        ...(bastion.interactive && ask ? { ask } : {}),
      },
    );
    fresh.once('close', () => {
      if (client === fresh) client = undefined;
    });
    fresh.on('error', (error) => surroundings.log(`ssh bastion: ${error.message}`));
    client = fresh;
    return fresh;
  };
  await login(surroundings.signal);
  return {
    route: async (host, port, signal) => {
      const through = client ?? (await login(signal));
      return new Promise((resolve, reject) => {
        through.forwardOut('127.0.0.1', 0, host, port, (error, channel) => (error ? reject(error) : resolve(channel)));
      });
    },
    close: () => client?.end(),
  };
}
