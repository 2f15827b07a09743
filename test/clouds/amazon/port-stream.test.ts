import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortStream } from '../../../clouds/amazon/session/port-stream.js';
import { type Mischief, SessionAgent } from '../../emulators/amazon/session-agent.js';

const DATA = randomBytes(300_000);

describe('PortStream', () => {
  let echo: Server;
  let agent: SessionAgent;
  let stream: PortStream;
  beforeEach(async () => {
    echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });
  afterEach(async () => {
    stream.on('error', () => undefined).destroy();
    await agent.stop();
    echo.close();
  });

  async function opened(mischief: Mischief = {}, port = (echo.address() as { port: number }).port) {
    agent = await SessionAgent.start(mischief);
    const { SessionId, StreamUrl: url, TokenValue: token } = agent.ticket(port);
    const resume = () => {
      const again = agent.again(SessionId);
      return Promise.resolve({ url: again.StreamUrl, token: again.TokenValue });
    };
    stream = new PortStream({ resume, log: () => undefined });
    await stream.open({ url, token });
  }

  async function echoed(): Promise<Buffer> {
    stream.write(DATA);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= DATA.length) break;
    }
    return Buffer.concat(chunks);
  }

  it.each<[string, Mischief]>([
    ['a straight way', {}],
    ['a way on which a message comes twice', { twice: 3 }],
    ['a way on which a message comes late', { late: 4 }],
    ['a way on which a message is lost at first', { lost: 5 }],
    ['a connection that breaks', { breaksAfter: 20 }],
  ])('carries every byte in order over %s', async (_claim, mischief) => {
    await opened(mischief);
    expect((await echoed()).equals(DATA)).toBe(true);
    expect(agent.hellos.length).toBe(mischief.breaksAfter === undefined ? 1 : 2);
    expect(agent.responses).toEqual([
      {
        ClientVersion: '1.1.0.0',
        ProcessedClientActions: [{ ActionType: 'SessionType', ActionStatus: 1, ActionResult: null, Error: '' }],
        Errors: [],
      },
    ]);
  });

  it('tells the agent to end when the last byte has arrived', async () => {
    await opened();
    await once(stream, 'ready');
    stream.resume();
    stream.end(DATA.subarray(0, 5000));
    await once(stream, 'close');
    expect(agent.flags).toEqual([2]);
  });

  it('fails where nothing listens at the port', async () => {
    const { port } = echo.address() as { port: number };
    echo.close();
    await opened({}, port);
    await expect(buffer(stream)).rejects.toThrow('Unable to connect to specified port');
  });

  it('fails where the account encrypts sessions', async () => {
    await opened({ encrypts: true });
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'amazon/session-encrypted' });
  });
});
