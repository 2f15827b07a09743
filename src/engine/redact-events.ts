import type { Origin, RunEvent } from '../contract/events.js';
import type { Redactor, RedactingStream } from '../messages/redactor.js';

/** Milliseconds after which a line that may begin a secret is shown, when nothing follows. */
const HOLD_MILLISECONDS = 250;

/** Names of our own at the top of an event, not texts of the user. */
const NAMES = new Set(['type', 'stream', 'action', 'kind', 'unit', 'severity', 'runId', 'signal']);

interface HeldStream {
  readonly origin: Origin;
  readonly stream: 'stdout' | 'stderr';
  readonly lines: RedactingStream;
  timer?: NodeJS.Timeout;
}

/** Masks secrets in events, once, before any reporter sees them. */
export class EventRedactor {
  private readonly streams = new Map<string, HeldStream>();

  constructor(
    private readonly redactor: Redactor,
    private readonly sink: (event: RunEvent) => void,
  ) {}

  event(event: RunEvent): void {
    if (event.type === 'output') {
      this.output(event);
      return;
    }
    this.releaseBefore(event);
    this.sink(this.maskedEvent(event));
  }

  /** Shows what is held back. */
  flush(): void {
    for (const held of this.streams.values()) this.show(held, held.lines.flush());
    this.streams.clear();
  }

  private output({ origin, stream, line }: Extract<RunEvent, { type: 'output' }>): void {
    const key = JSON.stringify([origin.build, origin.postProcessor, stream]);
    let held = this.streams.get(key);
    if (!held) this.streams.set(key, (held = { origin, stream, lines: this.redactor.stream() }));
    const shown = held.lines.line(line);
    this.show(held, shown);
    const current = held;
    held.timer = setTimeout(() => this.show(current, current.lines.release()), HOLD_MILLISECONDS).unref();
  }

  /** Output stays in front of what was said after it; the end of a step is the end of its output. */
  private releaseBefore(event: RunEvent): void {
    const build = 'origin' in event ? event.origin.build : undefined;
    const ends = event.type === 'step-finished' || event.type === 'build-finished' || event.type === 'run-finished';
    for (const [key, held] of this.streams) {
      if (event.type !== 'run-finished' && held.origin.build !== build) continue;
      this.show(held, ends ? held.lines.flush() : held.lines.release());
      if (ends) this.streams.delete(key);
    }
  }

  private show(held: HeldStream, lines: readonly string[]): void {
    clearTimeout(held.timer);
    const origin = this.masked(held.origin) as Origin;
    for (const line of lines) this.sink({ type: 'output', origin, stream: held.stream, line });
  }

  private maskedEvent(event: RunEvent): RunEvent {
    const entries = Object.entries(event).map(([key, value]) => [
      key,
      NAMES.has(key) ? value : this.masked(value, key),
    ]);
    return Object.fromEntries(entries) as RunEvent;
  }

  /** Every string within `value`; numbers, keys and the code of a failure stay. */
  private masked(value: unknown, name?: string): unknown {
    if (typeof value === 'string') return this.redactor.redact(value);
    if (Array.isArray(value)) return value.map((item) => this.masked(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, item]) => [
      key,
      name === 'failure' && key === 'code' ? item : this.masked(item, key),
    ]);
    return Object.fromEntries(entries);
  }
}
