import type { AgentMessage } from './message.js';

/** Messages ahead of the next one that are kept; those further ahead come again. */
const LIMIT = 10_000;

/** Puts messages into the order in which they were sent, each one once. */
export class Inbox {
  private readonly early = new Map<number, AgentMessage>();
  private expected = 0;

  /** @returns whether the sender may forget the message: it was handed on now or before, or is kept */
  take(message: AgentMessage, handOn: (message: AgentMessage) => void): boolean {
    if (message.sequence < this.expected) return true;
    if (message.sequence > this.expected) {
      if (this.early.size >= LIMIT) return false;
      this.early.set(message.sequence, message);
      return true;
    }
    for (let next: AgentMessage | undefined = message; next; next = this.early.get(this.expected)) {
      this.early.delete(this.expected++);
      handOn(next);
    }
    return true;
  }
}
