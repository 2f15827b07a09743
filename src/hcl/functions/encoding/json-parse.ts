import { BigFloat } from '../../values/number.js';
import { Value } from '../../values/value.js';

/** Deeper nesting than this is refused. */
const DEEPEST = 1000;

/**
 * Reads a JSON text: objects become objects, arrays tuples. Numbers keep all of their digits, which `JSON.parse` does
 * not. Of equal keys the last one counts. Throws `SyntaxError` with the place for anything that is not JSON.
 */
export function parseJson(text: string): Value {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Value {
    if (depth > DEEPEST) throw this.fault(`is nested deeper than ${DEEPEST} levels`);
    this.skipSpace();
    const next = this.text[this.at];
    if (next === '{') return this.object(depth);
    if (next === '[') return this.array(depth);
    if (next === '"') return Value.string(this.string());
    if (this.take('true')) return Value.bool(true);
    if (this.take('false')) return Value.bool(false);
    if (this.take('null')) return Value.null();
    return this.number();
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.fault('goes on behind its value');
  }

  private object(depth: number): Value {
    const entries = this.list('{', '}', (): [string, Value] => {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw this.fault('needs a quoted key');
      const key = this.string();
      this.skipSpace();
      if (!this.take(':')) throw this.fault('needs `:` behind a key');
      return [key, this.value(depth + 1)];
    });
    return Value.object(entries);
  }

  private array(depth: number): Value {
    return Value.tuple(this.list('[', ']', () => this.value(depth + 1)));
  }

  private list<T>(open: string, close: string, item: () => T): T[] {
    this.take(open);
    const items: T[] = [];
    this.skipSpace();
    if (this.take(close)) return items;
    for (;;) {
      items.push(item());
      this.skipSpace();
      if (this.take(close)) return items;
      if (!this.take(',')) throw this.fault(`needs \`,\` or \`${close}\``);
    }
  }

  private string(): string {
    const literal = this.match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    if (literal === undefined) throw this.fault('has a string that is not valid');
    return (JSON.parse(literal) as string).replace(/\p{Cs}/gu, '\ufffd');
  }

  private number(): Value {
    const digits = this.match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    const number = digits === undefined ? undefined : BigFloat.parse(digits);
    if (!number) throw this.fault('needs a value');
    return Value.number(number);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private take(word: string): boolean {
    const found = this.text.startsWith(word, this.at);
    if (found) this.at += word.length;
    return found;
  }

  private skipSpace(): void {
    this.match(/[ \t\r\n]*/y);
  }

  private fault(what: string): SyntaxError {
    const before = this.text.slice(0, this.at).split('\n');
    return new SyntaxError(`the JSON text ${what} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`);
  }
}
