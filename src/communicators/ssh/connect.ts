import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { Communicator, SshTarget } from '../../contract/communicator.js';
import { formatDuration } from '../../contract/duration.js';
import type { ConnectContext } from '../context.js';
import { openBastion, type Bastion } from './bastion.js';
import { sshCommunicator } from './communicator.js';
import { Connection } from './connection.js';
import { dial, type DialSurroundings } from './dial.js';
import { routeTo, type Route } from './route.js';
import { openLocalTunnels, openRemoteTunnels } from './tunnels.js';
import { pause } from '../../contract/helpers/pause.js';

/** Milliseconds for making a lost connection anew: one handshake of a machine that is up. */
const REDIAL_LIMIT = 60_000;

/**
 * Logs in to a machine, as soon as it lets one in, and gives the way to run commands and copy files there.
 * @throws ImgpackError `ssh/…`; CancelledError when the signal fires
 */
export async function connectSsh(target: SshTarget, context: ConnectContext): Promise<Communicator> {
  context.say(`Using SSH communicator to connect: ${target.host}`);
  const agentSocket = (context.env ?? process.env)['SSH_AUTH_SOCK'];
  const hasAgent = agentSocket !== undefined && agentSocket !== '' && existsSync(agentSocket);
  const surroundings: DialSurroundings = {
    signal: context.signal,
    waiting: (text, milliseconds) => context.waiting(text, milliseconds),
    log: (text) => context.log(text),
    ...(context.ended && { ended: context.ended }),
    ...(context.unreachable && { unreachable: context.unreachable }),
    ...(hasAgent && { agentSocket }),
  };
  context.say('Waiting for SSH to become available...');
  const bastion = target.bastion && (await openBastion(target.bastion, target, surroundings, context.ask));
  const route = withReadLimit(bastion?.route ?? routeTo(target), target.readWriteTimeout);
  try {
    return await open(target, route, surroundings, context, hasAgent, bastion);
  } catch (error) {
    bastion?.close();
    throw error;
  }
}

async function open(
  target: SshTarget,
  route: Route,
  surroundings: DialSurroundings,
  context: ConnectContext,
  hasAgent: boolean,
  bastion: Bastion | undefined,
): Promise<Communicator> {
  const first = await dial(route, target, surroundings);
  const client = await afterPause(first, target, route, surroundings, context);
  context.say('Connected to SSH!');
  const connection = new Connection(client, target, redial, (text) => context.log(text), hasAgent);
  try {
    await openRemoteTunnels(client, target);
    const closeTunnels = await openLocalTunnels(() => connection.current, target);
    return sshCommunicator(connection, async () => {
      await closeTunnels();
      bastion?.close();
    });
  } catch (error) {
    await connection.close();
    throw error;
  }

  async function redial(): Promise<Client> {
    const again = { ...target, timeout: Math.min(target.timeout ?? REDIAL_LIMIT, REDIAL_LIMIT), handshakeAttempts: 1 };
    const fresh = await dial(route, again, { ...surroundings, waiting: () => undefined });
    await openRemoteTunnels(fresh, target);
    return fresh;
  }
}

/** A machine may restart right after it first answers; the template then asks for a pause and another login. */
async function afterPause(
  client: Client,
  target: SshTarget,
  route: Route,
  surroundings: DialSurroundings,
  context: ConnectContext,
): Promise<Client> {
  if (target.pauseBeforeConnecting <= 0) return client;
  client.end();
  context.say(`Pausing ${formatDuration(target.pauseBeforeConnecting)} before connecting...`);
  await pause(target.pauseBeforeConnecting, context.signal);
  return dial(route, target, surroundings);
}

/** A connection without any traffic for this long is cut, and made anew by whoever needs it. */
function withReadLimit(route: Route, milliseconds: number): Route {
  if (milliseconds <= 0) return route;
  return async (host, port, signal): Promise<Duplex> => {
    const stream = await route(host, port, signal);
    if (stream instanceof Socket) stream.setTimeout(milliseconds, () => stream.destroy(new Error('no traffic')));
    return stream;
  };
}
