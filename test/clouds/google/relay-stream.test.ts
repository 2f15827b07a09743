import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeFrame, encodeFrame, type Frame } from '../../../clouds/google/iap/frame.js';
import { openTunnel } from '../../../clouds/google/iap/open-tunnel.js';
import { Unconfirmed } from '../../../clouds/google/iap/unconfirmed.js';
import { relayOf } from '../../../clouds/google/steps/open-tunnel.js';
import { accessOf } from '../../../clouds/google/access.js';
import { IapRelay } from '../../emulators/google/iap-relay.js';

const DATA = randomBytes(300_000);
const { signal } = new AbortController();

describe('the way through Identity-Aware Proxy', () => {
  let echo: Server;
  let relay: IapRelay;
  let stream: Duplex | undefined;
  beforeEach(async () => {
    echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    relay = await IapRelay.start();
  });
  afterEach(async () => {
    stream?.on('error', () => undefined).destroy();
    stream = undefined;
    await relay.stop();
    echo.close();
    expect(relay.violations).toEqual([]);
  });

  const target = () => ({
    project: 'p',
    zone: 'z',
    instance: 'i',
    port: (echo.address() as { port: number }).port,
    base: `${relay.url.replace('http', 'ws')}/v4`,
    token: () => Promise.resolve('a-token'),
    log: () => undefined,
  });

  async function echoed(to: Duplex): Promise<Buffer> {
    to.write(DATA);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of to as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= DATA.length) break;
    }
    return Buffer.concat(chunks);
  }

  it('carries every byte, and says which have come', async () => {
    stream = await openTunnel(target(), 0, signal);
    expect((await echoed(stream)).equals(DATA)).toBe(true);
    const query = { project: 'p', zone: 'z', instance: 'i', interface: 'nic0', newWebsocket: 'true' };
    expect(relay.asked).toEqual([
      { path: '/v4/connect', query: { ...query, port: String(target().port) }, token: 'Bearer a-token' },
    ]);
    await vi.waitFor(() => expect(relay.acks.length).toBeGreaterThan(3));
    expect(relay.acks).toEqual([...relay.acks].sort((a, b) => a - b));
  });

  it('goes on where it was when the connection breaks', async () => {
    relay.breaksAfter = 100_000;
    stream = await openTunnel(target(), 0, signal);
    expect((await echoed(stream)).equals(DATA)).toBe(true);
    expect(relay.asked.map(({ path }) => path)).toEqual(['/v4/connect', '/v4/reconnect']);
  });

  it('waits for a port that is not there yet', async () => {
    relay.refusals.push(4047, 4003);
    stream = await openTunnel(target(), 0, signal);
    expect(relay.asked).toHaveLength(3);
  });

  it('ends where the relay lets nobody in', async () => {
    relay.refusals.push(4033);
    await expect(openTunnel(target(), 0, signal)).rejects.toThrow(
      'the IAP tunnel cannot be opened: 4033 told to refuse',
    );
  });

  it('gives rights that are new the time that the template sets', async () => {
    relay.refusals.push(4033);
    stream = await openTunnel(target(), 10_000, signal);
    expect(relay.asked).toHaveLength(2);
  });

  it('ends when the machine hangs up', async () => {
    stream = await openTunnel(target(), 0, signal);
    stream.end();
    stream.resume();
    await once(stream, 'close');
    expect(stream.destroyed).toBe(true);
  });
});

describe('what the relay and imgpack say to each other', () => {
  it.each<[Frame, string]>([
    [{ kind: 'connected', sid: 'ab' }, '0001000000026162'],
    [{ kind: 'reconnected', received: 258 }, '00020000000000000102'],
    [{ kind: 'data', data: Buffer.from('x') }, '00040000000178'],
    [{ kind: 'ack', received: 5_000_000_000 }, '0007000000012a05f200'],
  ])('%j is written and read as it stands in the protocol', (frame, hex) => {
    expect(encodeFrame(frame).toString('hex')).toBe(hex);
    expect(decodeFrame(Buffer.from(hex, 'hex'))).toEqual(frame);
  });

  it('a message that is cut off is a fault, and one that nobody knows is nothing', () => {
    expect(() => decodeFrame(Buffer.from('00040000000578', 'hex'))).toThrow('cut off');
    expect(() => decodeFrame(Buffer.from('0007', 'hex'))).toThrow('cut off');
    expect(decodeFrame(Buffer.from('000978', 'hex'))).toBeUndefined();
  });

  it('what was confirmed is not sent again, also in the middle of a message', () => {
    const unconfirmed = new Unconfirmed();
    for (const text of ['abc', 'def']) unconfirmed.add(Buffer.from(text));
    unconfirmed.confirm(4);
    expect(Buffer.concat(unconfirmed.all()).toString()).toBe('ef');
    expect(unconfirmed.size).toBe(2);
    expect(() => unconfirmed.confirm(7)).toThrow('the relay confirms 7 bytes of 6');
    expect(() => unconfirmed.confirm(3)).toThrow();
  });

  it.each([
    [{}, 'wss://tunnel.cloudproxy.app/v4'],
    [{ universe_domain: 'example.goog' }, 'wss://tunnel-cloudproxy.example.goog/v4'],
    [{ custom_endpoints: { tunnel: 'https://relay.example/' } }, 'wss://relay.example/v4'],
  ])('with %j the relay is at %s', (options, url) => {
    expect(relayOf(accessOf(options, { workingDirectory: '/' }))).toBe(url);
  });
});
