import { encodeMessage } from './message.js';

/** Milliseconds before a message counts as lost while nothing is known of the way. */
const FIRST_TIMEOUT = 200;
const LONGEST_TIMEOUT = 1000;
/** How much the last answer counts, against those before it, as in RFC 6298. */
const GAIN = 1 / 8;
const SPREAD_GAIN = 1 / 4;

interface Pending {
  readonly sequence: number;
  readonly bytes: Buffer;
  sent: number;
  again: boolean;
}

/** Sends messages in order and again until the other side says that it has them. */
export class Outbox {
  private readonly pending: Pending[] = [];
  private next = 0;
  private mean: number | undefined;
  private spread = 0;
  private timeout = FIRST_TIMEOUT;

  /**
   * @param transmit sends bytes, or does not where the line is down
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly transmit: (bytes: Buffer) => void,
    private readonly now: () => number,
  ) {}

  /** Messages that the other side may not have. */
  get size(): number {
    return this.pending.length;
  }

  send(payloadType: number, payload: Buffer): void {
    const sequence = this.next++;
    const flags = sequence === 0 ? 1 : 0;
    const bytes = encodeMessage({ type: 'input_stream_data', sequence, flags, payloadType, payload });
    this.pending.push({ sequence, bytes, sent: this.now(), again: false });
    this.transmit(bytes);
  }

  acknowledged(sequence: number): void {
    const at = this.pending.findIndex((it) => it.sequence === sequence);
    const [found] = at >= 0 ? this.pending.splice(at, 1) : [];
    // Of a message that went twice nobody knows which one was answered.
    if (found && !found.again) this.learn(this.now() - found.sent);
  }

  /** Sends the oldest message again where its answer is overdue. */
  resendOverdue(): void {
    const [oldest] = this.pending;
    if (!oldest || this.now() - oldest.sent < this.timeout) return;
    this.timeout = Math.min(this.timeout * 2, LONGEST_TIMEOUT);
    this.resend(oldest);
  }

  /** The line is new: what the other side may not have goes again. */
  resendAll(): void {
    for (const message of this.pending) this.resend(message);
  }

  private resend(message: Pending): void {
    message.again = true;
    message.sent = this.now();
    this.transmit(message.bytes);
  }

  private learn(sample: number): void {
    if (this.mean === undefined) {
      this.mean = sample;
      this.spread = sample / 2;
    } else {
      this.spread += SPREAD_GAIN * (Math.abs(sample - this.mean) - this.spread);
      this.mean += GAIN * (sample - this.mean);
    }
    this.timeout = Math.min(Math.max(this.mean + 4 * this.spread, FIRST_TIMEOUT), LONGEST_TIMEOUT);
  }
}
