import { once } from 'node:events';
import { connect } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { openTunnelPort, type TunnelPort } from '../../../src/contract/helpers/tunnel-port.js';

let tunnel: TunnelPort;
afterEach(() => tunnel.close());

const log = () => undefined;

/** Sends back what it gets. */
const echo = (): Duplex => new PassThrough();

async function answerTo(text: string): Promise<string> {
  const socket = connect(tunnel.port, '127.0.0.1');
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

describe('openTunnelPort', () => {
  it('gives every connection a way of its own', async () => {
    tunnel = await openTunnelPort({ port: 0, open: () => Promise.resolve(echo()), log });
    expect(await Promise.all([answerTo('one'), answerTo('two')])).toEqual(['one', 'two']);
  });

  it('opens one way at a time, for the connection that waits longest', async () => {
    let opened = 0;
    let give: (stream: Duplex) => void = () => undefined;
    const open = () => new Promise<Duplex>((resolve) => (opened++, (give = resolve)));
    tunnel = await openTunnelPort({ port: 0, open, log });
    const first = answerTo('first');
    const second = connect(tunnel.port, '127.0.0.1');
    await once(second, 'connect');
    give(echo());
    expect(await first).toBe('first');
    second.destroy();
    expect(opened).toBe(1);
  });

  it('keeps a way that nobody waits for any more for the next connection', async () => {
    let give: (stream: Duplex) => void = () => undefined;
    let opened = 0;
    const open = () => new Promise<Duplex>((resolve) => (opened++, (give = resolve)));
    tunnel = await openTunnelPort({ port: 0, open, log });
    const impatient = connect(tunnel.port, '127.0.0.1');
    await expect.poll(() => opened).toBe(1);
    impatient.destroy();
    await once(impatient, 'close');
    give(echo());
    expect(await answerTo('late')).toBe('late');
    expect(opened).toBe(1);
  });

  it('tells why no way can be opened', async () => {
    tunnel = await openTunnelPort({ port: 0, open: () => Promise.reject(new Error('not allowed')), log });
    const socket = connect(tunnel.port, '127.0.0.1');
    await once(socket, 'close');
    expect((await tunnel.failed).message).toBe('not allowed');
  });

  it('ends what waits when it is closed', async () => {
    const signals: AbortSignal[] = [];
    const open = (signal: AbortSignal) =>
      new Promise<Duplex>((_, reject) => {
        signals.push(signal);
        signal.addEventListener('abort', () => reject(new Error('cancelled')));
      });
    tunnel = await openTunnelPort({ port: 0, open, log });
    const socket = connect(tunnel.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await expect.poll(() => signals.length).toBe(1);
    await tunnel.close();
    expect(signals[0]?.aborted).toBe(true);
    tunnel = await openTunnelPort({ port: 0, open, log });
  });
});
