import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

const PROTOCOL = 'relay.tunnel.cloudproxy.app';
const CHUNK = 16_384;

interface Connection {
  readonly socket: Socket;
  line: WebSocket | undefined;
  /** Everything that came from the machine, and how many bytes came from the client. */
  readonly fromMachine: Buffer[];
  received: number;
  acknowledged: number;
  broken: boolean;
}

/** Google's relay for TCP connections, written from the protocol that the public sources of the Google Cloud CLI show. */
export class IapRelay {
  readonly violations: string[] = [];
  readonly asked: { readonly path: string; readonly query: Record<string, string>; readonly token: string }[] = [];
  /** Bytes that clients said they have. */
  readonly acks: number[] = [];
  /** Codes that the next connections are closed with. */
  readonly refusals: number[] = [];
  /** Every connection breaks once after so many bytes of the client; those that are on their way then are lost. */
  breaksAfter = Infinity;
  private readonly connections = new Map<string, Connection>();
  private readonly lines = new WebSocketServer({ noServer: true, handleProtocols: () => PROTOCOL });
  private constructor(private readonly server: Server) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.lines.handleUpgrade(request, socket, head, (line) => this.join(request, line)),
    );
  }

  static async start(): Promise<IapRelay> {
    const server = createServer((_request, response) => void response.writeHead(404).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new IapRelay(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    for (const { socket, line } of this.connections.values()) {
      socket.destroy();
      line?.terminate();
    }
    for (const line of this.lines.clients) line.terminate();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(request: IncomingMessage, line: WebSocket): void {
    const url = new URL(request.url ?? '/', this.url);
    const query = Object.fromEntries(url.searchParams);
    const { authorization = '', origin, 'sec-websocket-protocol': protocol } = request.headers;
    this.asked.push({ path: url.pathname, query, token: authorization });
    if (protocol !== PROTOCOL) this.violations.push(`subprotocol ${protocol}`);
    if (origin !== 'bot:iap-tunneler') this.violations.push(`origin ${origin}`);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return line.close(refusal, 'told to refuse');
    const names = Object.keys(query).sort().join();
    if (url.pathname === '/v4/connect' && names === 'instance,interface,newWebsocket,port,project,zone')
      this.connect(line, Number(query['port']));
    else if (url.pathname === '/v4/reconnect' && names === 'ack,newWebsocket,sid,zone')
      this.reconnect(line, query['sid'] as string, Number(query['ack']));
    else {
      this.violations.push(`${url.pathname}?${names}`);
      line.close(4000);
    }
  }

  private connect(line: WebSocket, port: number): void {
    const socket = connect(port, '127.0.0.1');
    const sid = randomUUID();
    const it: Connection = { socket, line, fromMachine: [], received: 0, acknowledged: 0, broken: false };
    socket.once('error', () => it.line?.close(4003, 'failed to connect to backend'));
    socket.once('connect', () => {
      this.connections.set(sid, it);
      line.send(frame(1, Buffer.from(sid)));
      this.listen(it, line);
    });
    socket.on('data', (data: Buffer) => {
      it.fromMachine.push(data);
      this.transmit(it, data);
    });
    socket.once('end', () => it.line?.close(4010, 'destination read failed'));
  }

  private reconnect(line: WebSocket, sid: string, ack: number): void {
    const it = this.connections.get(sid);
    if (!it) return line.close(4001, 'sid unknown');
    it.line = line;
    line.send(numbered(2, it.received));
    this.transmit(it, Buffer.concat(it.fromMachine).subarray(ack));
    this.listen(it, line);
  }

  private transmit({ line }: Connection, data: Buffer): void {
    for (let at = 0; at < data.length; at += CHUNK) line?.send(frame(4, data.subarray(at, at + CHUNK)));
  }

  private listen(it: Connection, line: WebSocket): void {
    line.on('error', () => undefined);
    line.once('close', (code: number) => {
      if (it.line !== line) return;
      it.line = undefined;
      if (code === 1000) it.socket.end();
    });
    line.on('message', (message: Buffer) => {
      if (it.line !== line) return;
      const tag = message.readUInt16BE();
      if (tag === 7) this.acks.push(Number(message.readBigUInt64BE(2)));
      else if (tag !== 4) this.violations.push(`tag ${tag}`);
      else {
        const length = message.readUInt32BE(2);
        if (length !== message.length - 6 || length > CHUNK) this.violations.push(`${length} bytes of data`);
        if (!it.broken && it.received + length > this.breaksAfter) {
          it.broken = true;
          it.line = undefined;
          return line.terminate();
        }
        it.received += length;
        it.socket.write(message.subarray(6));
        if (it.received - it.acknowledged < CHUNK) return;
        it.acknowledged = it.received;
        line.send(numbered(7, it.received));
      }
    });
  }
}

function frame(tag: number, data: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(tag);
  head.writeUInt32BE(data.length, 2);
  return Buffer.concat([head, data]);
}

function numbered(tag: number, value: number): Buffer {
  const message = Buffer.alloc(10);
  message.writeUInt16BE(tag);
  message.writeBigUInt64BE(BigInt(value), 2);
  return message;
}
