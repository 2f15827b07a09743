import { BigFloat } from './number.js';
import { ANY, BOOL, NUMBER, STRING, compareBytes, objectOf, tupleOf, type Type } from './type.js';

/** What a value carries along through every operation. `sensitive` values are never printed. */
export type Mark = 'sensitive' | `data:${string}` | `var:${string}`;

const UNKNOWN = Symbol('unknown');
/** Not known yet, but no null: the result of an operator, of a template or of most functions. */
const NEVER_NULL = Symbol('unknown, but no null');

type Payload =
  | string
  | boolean
  | BigFloat
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | null
  | typeof UNKNOWN
  | typeof NEVER_NULL;

const NO_MARKS: ReadonlySet<Mark> = new Set();

/**
 * An immutable value of the language: a type, a payload (null and unknown included) and marks.
 * Lists, sets and tuples hold an array (a set's in canonical order, without duplicates), maps and objects a Map in byte
 * order of its keys. Strings are in Unicode NFC. Marks of a part stay at that part; `deepMarks` collects them.
 */
export class Value {
  private whollyKnown: boolean | undefined;
  private allMarks: ReadonlySet<Mark> | undefined;
  private size: number | undefined;
  private levels: number | undefined;

  private constructor(
    readonly type: Type,
    private readonly payload: Payload,
    readonly marks: ReadonlySet<Mark>,
  ) {}

  private static readonly TRUE = new Value(BOOL, true, NO_MARKS);
  private static readonly FALSE = new Value(BOOL, false, NO_MARKS);

  static string(text: string): Value {
    return new Value(STRING, text.normalize('NFC'), NO_MARKS);
  }
  static bool(value: boolean): Value {
    return value ? Value.TRUE : Value.FALSE;
  }
  static number(value: BigFloat): Value {
    return new Value(NUMBER, value, NO_MARKS);
  }
  static null(type: Type = ANY): Value {
    return new Value(type, null, NO_MARKS);
  }
  static unknown(type: Type = ANY): Value {
    return new Value(type, UNKNOWN, NO_MARKS);
  }
  static tuple(items: readonly Value[]): Value {
    return new Value(tupleOf(items.map((item) => item.type)), items, NO_MARKS);
  }
  /** The caller has made every item a value of `element`. */
  static list(element: Type, items: readonly Value[]): Value {
    return new Value({ kind: 'list', element }, items, NO_MARKS);
  }
  /** The caller has sorted the items canonically and removed duplicates; `makeSet` of `set.ts` does both. */
  static setOfSorted(element: Type, items: readonly Value[]): Value {
    return new Value({ kind: 'set', element }, items, NO_MARKS);
  }
  static map(element: Type, entries: Iterable<readonly [string, Value]>): Value {
    return new Value({ kind: 'map', element }, sortedMap(entries), NO_MARKS);
  }
  static object(entries: Iterable<readonly [string, Value]>): Value {
    const attributes = sortedMap(entries);
    return new Value(objectOf([...attributes].map(([name, value]) => [name, value.type])), attributes, NO_MARKS);
  }

  get isNull(): boolean {
    return this.payload === null;
  }
  /** Whether this value itself is known; parts may still be unknown (`isWhollyKnown`). */
  get isKnown(): boolean {
    return this.payload !== UNKNOWN && this.payload !== NEVER_NULL;
  }
  get isWhollyKnown(): boolean {
    return (this.whollyKnown ??= this.isKnown && this.children().every((child) => child.isWhollyKnown));
  }
  /** Whether it is certain that this value is no null, even where it is not known. */
  get isNeverNull(): boolean {
    return this.payload !== null && this.payload !== UNKNOWN;
  }
  /** How many elements a known list, set or tuple has; undefined for a set in which unknown elements may yet be equal. */
  get length(): number | undefined {
    const isSettled = this.type.kind !== 'set' || this.items.length === 1 || this.isWhollyKnown;
    return isSettled ? this.items.length : undefined;
  }
  get isSensitive(): boolean {
    return this.marks.has('sensitive');
  }

  /** The string payload. Precondition: a known, non-null string. */
  get text(): string {
    return this.payload as string;
  }
  /** The boolean payload. Precondition: a known, non-null bool. */
  get truth(): boolean {
    return this.payload as boolean;
  }
  /** The number payload. Precondition: a known, non-null number. */
  get numeric(): BigFloat {
    return this.payload as BigFloat;
  }
  /** Elements of a known, non-null list, set or tuple. */
  get items(): readonly Value[] {
    return this.payload as readonly Value[];
  }
  /** Entries of a known, non-null map or object, in byte order of their keys. */
  get entries(): ReadonlyMap<string, Value> {
    return this.payload as ReadonlyMap<string, Value>;
  }

  /** The direct parts of a known collection; empty for everything else. */
  children(): readonly Value[] {
    if (Array.isArray(this.payload)) return this.payload as readonly Value[];
    if (this.payload instanceof Map) return [...(this.payload as ReadonlyMap<string, Value>).values()];
    return [];
  }

  /** The same, known never to be null where it is unknown. */
  neverNull(): Value {
    return this.payload === UNKNOWN ? new Value(this.type, NEVER_NULL, this.marks) : this;
  }

  /** This value with `marks` added to its own. */
  withMarks(marks: Iterable<Mark>): Value {
    const added = [...marks];
    if (added.every((mark) => this.marks.has(mark))) return this;
    return new Value(this.type, this.payload, new Set([...this.marks, ...added]));
  }
  /** This value without marks of its own; parts keep theirs. */
  withoutMarks(): Value {
    return this.marks.size === 0 ? this : new Value(this.type, this.payload, NO_MARKS);
  }
  /** The marks of this value and of everything in it. */
  deepMarks(): ReadonlySet<Mark> {
    return (this.allMarks ??= this.collectMarks());
  }
  private collectMarks(): ReadonlySet<Mark> {
    const inner = this.children().map((child) => child.deepMarks());
    if (inner.every((marks) => marks.size === 0)) return this.marks;
    return new Set([...this.marks, ...inner.flatMap((marks) => [...marks])]);
  }
  /** This value without marks at any depth. */
  withoutDeepMarks(): Value {
    if (this.deepMarks().size === 0) return this;
    const { type, payload } = this;
    if (Array.isArray(payload)) {
      const items = (payload as readonly Value[]).map((item) => item.withoutDeepMarks());
      return new Value(type, items, NO_MARKS);
    }
    if (payload instanceof Map) {
      const entries = [...(payload as ReadonlyMap<string, Value>)];
      return new Value(type, new Map(entries.map(([key, item]) => [key, item.withoutDeepMarks()])), NO_MARKS);
    }
    return new Value(type, payload, NO_MARKS);
  }

  /**
   * About how many characters the value has when it is written out. Parts that occur several times count each time, so the
   * weight of a small value that refers to itself in layers can be astronomical: `[a, a]`, of that `[b, b]`, …
   */
  get weight(): number {
    return (this.size ??= this.weigh());
  }
  /** How many collections stand within each other, 0 for what is none. */
  get depth(): number {
    return (this.levels ??= this.children().reduce((most, child) => Math.max(most, child.depth + 1), 0));
  }
  private weigh(): number {
    if (typeof this.payload === 'string') return 2 + this.payload.length;
    if (this.payload instanceof BigFloat) return this.payload.textLength;
    let sum = 8;
    for (const child of this.children()) sum += child.weight;
    if (this.payload instanceof Map)
      for (const key of (this.payload as ReadonlyMap<string, Value>).keys()) sum += key.length;
    return sum;
  }
}

function sortedMap(entries: Iterable<readonly [string, Value]>): ReadonlyMap<string, Value> {
  const all = new Map<string, Value>();
  for (const [key, value] of entries) all.set(key.normalize('NFC'), value);
  const keys = [...all.keys()];
  if (keys.every((key, i) => i === 0 || compareBytes(keys[i - 1] as string, key) < 0)) return all;
  return new Map([...all].sort(([a], [b]) => compareBytes(a, b)));
}
