import type { Reporter } from '../contract/events.js';

/** Raised when a field changes its meaning or goes; new fields and types of events do not raise it. */
export const EVENT_SCHEMA_VERSION = 1;

/** Writes every event as a line of JSON: `{"version":1,"time":"…","type":"say",…}`. */
export function jsonReporter({ write, now }: { write(text: string): void; readonly now: () => Date }): Reporter {
  return {
    event: (event) =>
      write(`${JSON.stringify({ version: EVENT_SCHEMA_VERSION, time: now().toISOString(), ...event })}\n`),
  };
}
