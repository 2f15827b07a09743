import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What the way to a machine does to messages. */
export interface Mischief {
  /** The nth message of the agent (from 0) is sent twice, after the one that follows it, or not at first. */
  readonly twice?: number;
  readonly late?: number;
  readonly lost?: number;
  /** The connection breaks once after so many messages of the client. */
  readonly breaksAfter?: number;
  readonly encrypts?: boolean;
}

interface Session {
  readonly port: number;
  socket?: Socket;
  line?: WebSocket;
  sent: number;
  heard: number;
  expected: number;
  broken: boolean;
  readonly unacknowledged: Map<number, Buffer>;
  timer?: NodeJS.Timeout;
}

/**
 * The other end of a session: the message gateway and the agent on a machine in one, written from the message layout that
 * the agent's public contract gives.
 */
export class SessionAgent {
  readonly hellos: Record<string, string>[] = [];
  readonly responses: unknown[] = [];
  readonly flags: number[] = [];
  private readonly sessions = new Map<string, Session>();
  private constructor(
    private readonly server: WebSocketServer,
    private readonly mischief: Mischief,
  ) {
    server.on('connection', (line) => this.join(line));
  }

  static async start(mischief: Mischief = {}): Promise<SessionAgent> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new SessionAgent(server, mischief);
  }

  async stop(): Promise<void> {
    for (const { socket, line, timer } of this.sessions.values()) {
      clearInterval(timer);
      socket?.destroy();
      line?.terminate();
    }
    this.server.close();
    await once(this.server, 'close');
  }

  /** What StartSession answers. */
  ticket(port: number, id = randomUUID()): { SessionId: string; StreamUrl: string; TokenValue: string } {
    this.sessions.set(id, { port, sent: 0, heard: 0, expected: 0, broken: false, unacknowledged: new Map() });
    return this.again(id);
  }

  again(id: string): { SessionId: string; StreamUrl: string; TokenValue: string } {
    const { port } = this.server.address() as { port: number };
    return { SessionId: id, StreamUrl: `ws://127.0.0.1:${port}/v1/data-channel/${id}`, TokenValue: `token of ${id}` };
  }

  private join(line: WebSocket): void {
    line.once('message', (data) => {
      const hello = JSON.parse(String(data)) as Record<string, string>;
      this.hellos.push(hello);
      const id = (hello['TokenValue'] ?? '').replace('token of ', '');
      const session = this.sessions.get(id) as Session;
      session.line = line;
      line.on('message', (bytes) => this.hear(session, bytes as Buffer));
      line.on('error', () => undefined);
      if (session.sent > 0) return;
      const actions: object[] = [
        {
          ActionType: 'SessionType',
          ActionParameters: { SessionType: 'Port', Properties: { type: 'LocalPortForwarding' } },
        },
      ];
      if (this.mischief.encrypts) actions.unshift({ ActionType: 'KMSEncryption', ActionParameters: { KMSKeyId: 'k' } });
      this.say(session, 5, Buffer.from(JSON.stringify({ AgentVersion: '3.3.0.0', RequestedClientActions: actions })));
      session.timer = setInterval(() => this.repeat(session), 50);
    });
  }

  private hear(session: Session, bytes: Buffer): void {
    const type = bytes.subarray(4, 36).toString().trimEnd();
    const payload = bytes.subarray(120);
    if (payload.length !== bytes.readUInt32BE(116)) throw new Error('the length of the payload is wrong');
    if (!createHash('sha256').update(payload).digest().equals(bytes.subarray(80, 112)))
      throw new Error('the digest is wrong');
    if (type === 'acknowledge') {
      const { AcknowledgedMessageSequenceNumber: sequence } = JSON.parse(payload.toString()) as Record<string, number>;
      session.unacknowledged.delete(sequence as number);
      return;
    }
    if (++session.heard === this.mischief.breaksAfter && !session.broken) {
      session.broken = true;
      session.line?.terminate();
      return;
    }
    const sequence = Number(bytes.readBigInt64BE(48));
    const payloadType = bytes.readUInt32BE(112);
    // An agent takes data only when the port is open; the client sends it again.
    if (sequence > session.expected || (payloadType === 1 && !session.socket)) return;
    const acknowledgement = {
      AcknowledgedMessageType: type,
      AcknowledgedMessageId: uuid(bytes.subarray(64, 80)),
      AcknowledgedMessageSequenceNumber: sequence,
      IsSequentialMessage: true,
    };
    session.line?.send(message('acknowledge', 0, 0, Buffer.from(JSON.stringify(acknowledgement))));
    if (sequence < session.expected) return;
    session.expected++;
    if (payloadType === 6) this.open(session, JSON.parse(payload.toString()));
    if (payloadType === 1) session.socket?.write(payload);
    if (payloadType === 10) {
      this.flags.push(payload.readUInt32BE(0));
      session.socket?.end();
    }
  }

  private open(session: Session, response: unknown): void {
    this.responses.push(response);
    const socket = connect(session.port, '127.0.0.1');
    socket.once('connect', () => {
      session.socket = socket;
      this.say(session, 7, Buffer.from(JSON.stringify({ HandshakeTimeToComplete: 1, CustomerMessage: '' })));
    });
    socket.on('data', (data) => {
      for (let at = 0; at < data.length; at += 1024) this.say(session, 1, data.subarray(at, at + 1024));
    });
    socket.on('error', (error) => {
      const content = { SessionId: 's', Output: `Unable to connect to specified port: ${error.message}` };
      session.line?.send(message('channel_closed', 0, 0, Buffer.from(JSON.stringify(content))));
    });
  }

  private say(session: Session, payloadType: number, payload: Buffer): void {
    const sequence = session.sent++;
    const bytes = message('output_stream_data', sequence, payloadType, payload);
    session.unacknowledged.set(sequence, bytes);
    const { twice, late, lost } = this.mischief;
    if (sequence === late || sequence === lost) return;
    this.transmit(session, bytes);
    if (sequence === twice) this.transmit(session, bytes);
    const before = late === undefined ? undefined : session.unacknowledged.get(late);
    if (before && sequence === (late as number) + 1) this.transmit(session, before);
  }

  private transmit({ line }: Session, bytes: Buffer): void {
    if (line?.readyState === 1) line.send(bytes);
  }

  private repeat(session: Session): void {
    for (const bytes of session.unacknowledged.values()) this.transmit(session, bytes);
  }
}

function message(type: string, sequence: number, payloadType: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(120);
  header.writeUInt32BE(116, 0);
  header.write(type.padEnd(32), 4, 'latin1');
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(1_700_000_000_000n, 40);
  header.writeBigInt64BE(BigInt(sequence), 48);
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  id.copy(header, 72, 0, 8);
  id.copy(header, 64, 8, 16);
  createHash('sha256').update(payload).digest().copy(header, 80);
  header.writeUInt32BE(payloadType, 112);
  header.writeUInt32BE(payload.length, 116);
  return Buffer.concat([header, payload]);
}

function uuid(bytes: Buffer): string {
  const hex = Buffer.concat([bytes.subarray(8), bytes.subarray(0, 8)]).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
