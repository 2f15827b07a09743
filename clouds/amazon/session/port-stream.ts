import { Duplex } from 'node:stream';
import { ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import { Inbox } from './inbox.js';
import { CLIENT_VERSION, Line, type Ticket } from './line.js';
import { type AgentMessage, decodeMessage, encodeMessage, Flag, PayloadType } from './message.js';
import { Outbox } from './outbox.js';

/** Bytes in one message. */
const CHUNK = 1024;
/** Messages under way before the sender waits. */
const WINDOW = 4000;
const RESEND_INTERVAL = 100;
/** Milliseconds for the agent to say that it was told to end. */
const FAREWELL = 1000;

export interface PortStreamOptions {
  readonly resume: () => Promise<Ticket>;
  readonly log: (text: string) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * A port of a machine, reached through the agent of AWS Systems Manager: the bytes of one TCP connection over a session of
 * the kind `Port`. Emits `ready` when the agent has opened the port.
 */
export class PortStream extends Duplex {
  private readonly line: Line;
  private readonly inbox = new Inbox();
  private readonly outbox: Outbox;
  private readonly timer: NodeJS.Timeout;
  private paused = false;
  private waiting: (() => void) | undefined;
  /** What waits for the agent to open the port: it takes nothing before. */
  private begin: (() => void) | undefined;
  private isReady = false;
  private hasEnded = false;

  constructor({ resume, log, now = () => performance.now() }: PortStreamOptions) {
    super();
    const lost = (reason: Error) => this.destroy(reason);
    const opened = () => this.outbox.resendAll();
    this.line = new Line(resume, { opened, lost, received: (bytes) => this.receive(bytes) }, log);
    this.outbox = new Outbox((bytes) => this.line.send(bytes), now);
    this.timer = setInterval(() => this.outbox.resendOverdue(), RESEND_INTERVAL);
  }

  /** @throws Error of the connection */
  async open(ticket: Ticket): Promise<void> {
    await this.line.open(ticket);
  }

  override _read(): void {
    this.line.go();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const send = () => {
      for (let at = 0; at < chunk.length; at += CHUNK)
        this.outbox.send(PayloadType.output, chunk.subarray(at, at + CHUNK));
      this.waiting = done;
      this.goOn();
    };
    if (this.isReady) send();
    else this.begin = send;
  }

  /** A session has no half-open connections: who ends here ends there. */
  override _final(done: () => void): void {
    const end = () => {
      clearTimeout(timer);
      done();
      this.endReading();
    };
    let timer: NodeJS.Timeout | undefined;
    // The last bytes must be there before the agent is told to end, and an agent that has ended says nothing any more.
    this.waiting = () => {
      this.outbox.send(PayloadType.flag, flag(Flag.terminateSession));
      this.waiting = end;
      timer = setTimeout(() => this.goOn(Infinity), FAREWELL);
    };
    this.goOn(0);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.timer);
    // Whether it arrives or not: the session is ended by a call, too.
    if (!this.writableFinished) this.outbox.send(PayloadType.flag, flag(Flag.terminateSession));
    this.line.close();
    done(error);
  }

  /** @param limit messages that may be under way */
  private goOn(limit = this.writableEnded ? 0 : WINDOW): void {
    if (!this.waiting || (this.paused && limit !== Infinity) || this.outbox.size > limit) return;
    const done = this.waiting;
    this.waiting = undefined;
    done();
  }

  private receive(bytes: Buffer): void {
    const message = decodeMessage(bytes);
    if (!message) return;
    switch (message.type) {
      case 'output_stream_data':
        if (this.inbox.take(message, (next) => this.handle(next))) this.acknowledge(message);
        return;
      case 'acknowledge':
        this.outbox.acknowledged(acknowledgedBy(message));
        return this.goOn();
      case 'pause_publication':
        this.paused = true;
        return;
      case 'start_publication':
        this.paused = false;
        return this.goOn();
      case 'channel_closed': {
        const { Output: output = '' } = parse(message.payload) as { readonly Output?: string };
        // Without a reason it is the other side that hung up.
        if (output.trim() === '') this.endReading();
        else this.destroy(new Error(output.trim()));
      }
    }
  }

  private handle({ payloadType, payload }: AgentMessage): void {
    switch (payloadType) {
      case PayloadType.output:
        this.becomeReady();
        if (!this.hasEnded && !this.push(payload)) this.line.hold();
        return;
      case PayloadType.handshakeRequest:
        try {
          this.outbox.send(PayloadType.handshakeResponse, responseTo(payload));
        } catch (error) {
          this.destroy(error as Error);
        }
        return;
      case PayloadType.handshakeComplete:
        this.becomeReady();
        return;
      case PayloadType.flag:
        if (payload.readUInt32BE(0) === Flag.portUnreachable)
          this.destroy(new Error('nothing listens at the port of the machine yet'));
        else this.endReading();
    }
  }

  private becomeReady(): void {
    if (this.isReady) return;
    this.isReady = true;
    this.emit('ready');
    this.begin?.();
  }

  private endReading(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.line.close();
    this.push(null);
    this.end();
  }

  private acknowledge({ type, id, sequence }: AgentMessage): void {
    const content = {
      AcknowledgedMessageType: type,
      AcknowledgedMessageId: id,
      AcknowledgedMessageSequenceNumber: sequence,
      IsSequentialMessage: true,
    };
    const payload = Buffer.from(JSON.stringify(content));
    this.line.send(encodeMessage({ type: 'acknowledge', sequence: 0, flags: 3, payloadType: 0, payload }));
  }
}

function flag(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function acknowledgedBy({ payload }: AgentMessage): number {
  const { AcknowledgedMessageSequenceNumber: sequence } = parse(payload) as {
    readonly AcknowledgedMessageSequenceNumber?: number;
  };
  return sequence ?? -1;
}

const SUCCESS = 1;
const UNSUPPORTED = 3;

interface HandshakeRequest {
  readonly RequestedClientActions?: readonly { readonly ActionType: string }[];
}

/** Agrees to a session with a port, and to nothing else. */
function responseTo(request: Buffer): Buffer {
  const { RequestedClientActions: actions = [] } = parse(request) as HandshakeRequest;
  const processed = actions.map(({ ActionType }) => {
    if (ActionType === 'SessionType') return { ActionType, ActionStatus: SUCCESS, ActionResult: null, Error: '' };
    if (ActionType === 'KMSEncryption') throw new ImgpackError(messages.sessionEncrypted());
    return { ActionType, ActionStatus: UNSUPPORTED, ActionResult: null, Error: `unknown action ${ActionType}` };
  });
  const response = { ClientVersion: CLIENT_VERSION, ProcessedClientActions: processed, Errors: [] };
  return Buffer.from(JSON.stringify(response));
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return {};
  }
}
