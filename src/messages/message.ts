/** A span of a template file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly start: { readonly offset: number; readonly line: number; readonly column: number };
  readonly end: { readonly offset: number; readonly line: number; readonly column: number };
}

/** What is said to the user: a stable code, a sentence, and what to do next. */
export interface Message {
  /** `area/kebab-case`, unique over the project. */
  readonly code: string;
  /** Lower-case start, names in backticks, no final stop unless it is several sentences. */
  readonly text: string;
  readonly hint?: string;
}

type Entry = (...args: never[]) => { readonly text: string; readonly hint?: string };
type Catalogue<T extends Record<string, Entry>> = { [K in keyof T]: (...args: Parameters<T[K]>) => Message };

const known = new Map<string, string>();

/**
 * Makes the messages of one area. The code of an entry is `area/` and its key in kebab case.
 * A plugin declares its own area beside its code, the core its areas in `src/messages`.
 */
export function catalogue<T extends Record<string, Entry>>(area: string, entries: T): Catalogue<T> {
  const result: Record<string, (...args: never[]) => Message> = {};
  for (const [key, entry] of Object.entries(entries)) {
    const code = `${area}/${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    known.set(code, area);
    result[key] = (...args) => ({ code, ...entry(...args) });
  }
  return result as Catalogue<T>;
}

/** Codes of every catalogue that has been loaded, sorted. */
export function knownCodes(): string[] {
  return [...known.keys()].sort();
}

/**
 * A failure with a code and, where a template is at fault, a place. The original error stays in `cause`.
 * Anything else that is thrown is a defect of imgpack and is reported as one.
 */
export class ImgpackError extends Error {
  readonly code: string;
  readonly hint?: string;
  readonly place?: Place;
  /** Lines shown below the sentence: the end of a log, the output of a program. */
  readonly details: readonly string[];

  constructor(message: Message, options: { cause?: unknown; place?: Place; details?: readonly string[] } = {}) {
    super(message.text, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ImgpackError';
    this.code = message.code;
    if (message.hint !== undefined) this.hint = message.hint;
    if (options.place !== undefined) this.place = options.place;
    this.details = options.details ?? [];
  }
}

/** The work was stopped by the user or by a time limit of the caller; not a fault. */
export class CancelledError extends Error {
  constructor(reason = 'cancelled') {
    super(reason);
    this.name = 'CancelledError';
  }
}
