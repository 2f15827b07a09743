import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ConnectConfig } from 'ssh2';
import type { SshTarget } from '../../contract/communicator.js';
import { CancelledError, ImgpackError } from '../../messages/message.js';
import { offeredAlgorithms } from './algorithms.js';
import { loginMethods, type Login, type LoginSurroundings } from './authentication.js';
import { authenticateWithCertificate } from './certificate.js';
import { messages } from './messages.js';
import { reasonOf } from './reason.js';

/** Milliseconds for key exchange and login together. */
const HANDSHAKE_LIMIT = 60_000;
/** A connection is dead when nothing came for this long; machines under emulation can be very slow. Milliseconds. */
const SILENCE_LIMIT = 120_000;

/** A login that was refused, as opposed to one that did not come about. */
export class RefusedError extends Error {
  constructor(
    readonly tried: string,
    options: { cause: unknown },
  ) {
    super('the login was refused', options);
  }
}

export type HandshakeTarget = Login &
  Pick<SshTarget, 'host' | 'port'> &
  Partial<Pick<SshTarget, 'ciphers' | 'keyExchangeAlgorithms' | 'keepAliveInterval'>>;

/**
 * Logs in over a stream on which an SSH server has answered. Host keys are not checked: the machine is new.
 * @throws RefusedError, ImgpackError where trying again cannot help, other errors where it can
 */
export function handshake(
  stream: Duplex,
  target: HandshakeTarget,
  surroundings: LoginSurroundings & { readonly signal: AbortSignal },
): Promise<Client> {
  const { methods, names } = loginMethods(target, surroundings);
  const { signal, agentSocket } = surroundings;
  const interval = target.keepAliveInterval ?? 5000;
  const config: ConnectConfig = {
    sock: stream as never,
    username: target.username,
    authHandler: methods as never,
    readyTimeout: HANDSHAKE_LIMIT,
    keepaliveInterval: Math.max(0, interval),
    keepaliveCountMax: interval > 0 ? Math.max(3, Math.ceil(SILENCE_LIMIT / interval)) : 0,
    algorithms: offeredAlgorithms(target) as never,
    ...(target.agentForwarding && agentSocket !== undefined && { agent: agentSocket }),
  };
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let refused = false;
    const stop = () => finish(new CancelledError());
    const finish = (error?: Error) => {
      signal.removeEventListener('abort', stop);
      client.removeAllListeners('ready').removeAllListeners('close');
      if (!error) return resolve(client);
      // What comes after the first fault says nothing new.
      client.on('error', () => undefined);
      client.destroy();
      stream.destroy();
      reject(error);
    };
    client.once('ready', () => finish());
    client.once('close', () => finish(new Error('the connection was closed during the login')));
    client.on('error', (error: Error & { level?: string }) => {
      if (error.level === 'agent') return; // An agent that cannot sign is one way less; the others are still tried.
      refused = error.level === 'client-authentication';
      const address = `${target.host}:${target.port}`;
      if (refused) finish(new RefusedError(names, { cause: error }));
      else if (/no matching/i.test(error.message))
        finish(new ImgpackError(messages.noCommonAlgorithm(address, reasonOf(error)), { cause: error }));
      else finish(error);
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return stop();
    try {
      client.connect(config);
      const [firstKey] = target.privateKeys;
      if (target.certificate !== undefined && firstKey !== undefined) {
        authenticateWithCertificate(client, target.certificate, firstKey);
      }
    } catch (error) {
      finish(new ImgpackError(messages.algorithmUnknown(reasonOf(error)), { cause: error }));
    }
  });
}
