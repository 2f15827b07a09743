import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A small SOCKS5 proxy. */
export interface Socks5Proxy {
  readonly port: number;
  /** Where it led: `HOST:PORT`. */
  readonly led: string[];
  stop(): Promise<void>;
}

/** @param login `USER:PASSWORD` that it wants */
export async function startSocks5Proxy(login?: string): Promise<Socks5Proxy> {
  const led: string[] = [];
  const server = createServer((socket) => {
    let stage: 'greeting' | 'login' | 'request' | 'open' = 'greeting';
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      if (stage === 'greeting') {
        stage = login === undefined ? 'request' : 'login';
        socket.write(Buffer.from([5, login === undefined ? 0 : 2]));
      } else if (stage === 'login') {
        const user = data.subarray(2, 2 + (data[1] as number)).toString();
        const password = data.subarray(3 + (data[1] as number)).toString();
        stage = 'request';
        socket.write(Buffer.from([1, `${user}:${password}` === login ? 0 : 1]));
      } else if (stage === 'request') {
        stage = 'open';
        const isName = data[3] === 3;
        const host = isName ? data.subarray(5, 5 + (data[4] as number)).toString() : [...data.subarray(4, 8)].join('.');
        const port = data.readUInt16BE(data.length - 2);
        led.push(`${host}:${port}`);
        const through = connect(port, host);
        through.once('error', () => socket.write(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
        through.once('connect', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          socket.pipe(through).pipe(socket);
        });
        socket.on('close', () => through.destroy());
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    led,
    async stop() {
      server.close();
      await once(server, 'close');
    },
  };
}
