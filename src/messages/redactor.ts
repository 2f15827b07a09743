import { PatternMatcher, type MatchState } from './pattern-matcher.js';
import { formsOf } from './secret-forms.js';

const MASK = '<sensitive>';
/** Shorter forms are found within a line only: their halves stand at the end of many a line by chance. */
const SHORTEST_ACROSS_LINES = 4;
const CR = 13;

/** Lines of one source of output, one after the other. */
export interface RedactingStream {
  /** Takes a line without its end and returns those that may be shown by now, in order. */
  line(text: string): string[];
  /** What is held back, shown as it is: for a pause in the output. A secret's rest that comes later is still masked. */
  release(): string[];
  /** What is held back, at the end of the output. */
  flush(): string[];
}

/**
 * Masks secrets in every form of `formsOf`. Secrets may be added while streams are running; they are masked from then on.
 */
export class Redactor {
  private readonly secrets = new Set<string>();
  private compiled: PatternMatcher | undefined;

  /** Adds a secret; the empty string is none. */
  add(secret: string): void {
    if (secret === '' || this.secrets.has(secret)) return;
    this.secrets.add(secret);
    this.compiled = undefined;
  }

  /** Masks all secrets in a text of any number of lines. */
  redact(text: string): string {
    if (this.secrets.size === 0 || text === '') return text;
    const lines = text.split('\n');
    const stream = this.stream();
    return [...lines.flatMap((line) => stream.line(line)), ...stream.flush()].join('\n');
  }

  /** A stream in whose output a secret may be split over lines. */
  stream(): RedactingStream {
    return new LineStream(() => this.matcher());
  }

  private matcher(): PatternMatcher {
    if (!this.compiled) {
      const forms = new Set<string>();
      for (const secret of this.secrets) for (const form of formsOf(secret)) forms.add(form);
      this.compiled = new PatternMatcher(forms);
    }
    return this.compiled;
  }
}

interface HeldLine {
  readonly text: string;
  /** How many characters of the stream came before it, carriage returns not counted. */
  readonly start: number;
  /** Spans of the text to mask, sorted, without overlap. */
  readonly masks: { from: number; to: number }[];
}

class LineStream implements RedactingStream {
  private held: HeldLine[] = [];
  private position = 0;
  private matcher: PatternMatcher | undefined;
  private state: MatchState | undefined;
  /** What `state` stands for, to find the state again when secrets were added. */
  private recent = '';

  constructor(private readonly current: () => PatternMatcher) {}

  line(text: string): string[] {
    this.catchUp();
    const matcher = this.matcher as PatternMatcher;
    let state = this.state as MatchState;
    const line: HeldLine = { text, start: this.position, masks: [] };
    this.held.push(line);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === CR) continue;
      state = matcher.step(state, unit);
      this.position++;
      if (state.ends > 0) this.mask(this.lengthOf(matcher, state, this.position - line.start));
    }
    this.recent = (this.recent + text.replaceAll('\r', '')).slice(-state.depth || Infinity);
    this.state = state;
    return this.take(state.holds ? this.position - state.depth : this.position);
  }

  release(): string[] {
    return this.take(Infinity);
  }

  flush(): string[] {
    this.state = undefined;
    this.matcher = undefined;
    this.recent = '';
    return this.take(Infinity);
  }

  private catchUp(): void {
    const matcher = this.current();
    if (this.matcher === matcher && this.state) return;
    this.matcher = matcher;
    this.state = matcher.start;
    for (let i = 0; i < this.recent.length; i++) this.state = matcher.step(this.state, this.recent.charCodeAt(i));
  }

  /** Length of the secret that ends here, `inLine` characters into its line. */
  private lengthOf(matcher: PatternMatcher, state: MatchState, inLine: number): number {
    return state.ends <= inLine || state.ends >= SHORTEST_ACROSS_LINES ? state.ends : matcher.endsWithin(state, inLine);
  }

  /** Masks the last `length` characters, in all lines that hold some of them and were not shown yet. */
  private mask(length: number): void {
    const from = this.position - length;
    for (let i = this.held.length - 1; i >= 0; i--) {
      const line = this.held[i] as HeldLine;
      const first = Math.max(from, line.start) - line.start;
      const last = (this.held[i + 1]?.start ?? this.position) - line.start;
      if (last > first) addMask(line.masks, indexOf(line.text, first), indexOf(line.text, last - 1) + 1);
      if (line.start <= from) return;
    }
  }

  /** Lines that end before `position`. */
  private take(position: number): string[] {
    const out: string[] = [];
    while (this.held.length > 0) {
      const end = this.held[1]?.start ?? this.position;
      if (end > position) break;
      out.push(masked(this.held.shift() as HeldLine));
    }
    return out;
  }
}

/** Where the `count`th character that is no carriage return stands. */
function indexOf(text: string, count: number): number {
  if (!text.includes('\r')) return count;
  let index = 0;
  for (let left = count; ; index++) {
    if (text.charCodeAt(index) === CR) continue;
    if (left-- === 0) return index;
  }
}

/** Spans come in the order of their ends; one that overlaps earlier ones swallows them. */
function addMask(masks: { from: number; to: number }[], from: number, to: number): void {
  let start = from;
  for (let last = masks.at(-1); last && last.to > start; last = masks.at(-1)) {
    start = Math.min(start, last.from);
    masks.pop();
  }
  masks.push({ from: start, to });
}

function masked({ text, masks }: HeldLine): string {
  let out = '';
  let at = 0;
  for (const { from, to } of masks) {
    out += text.slice(at, from) + MASK;
    at = to;
  }
  return out + text.slice(at);
}
