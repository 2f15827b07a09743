import { Random } from './random.js';

export interface GeneratorOptions {
  /** Levels of brackets and blocks inside each other. Default 3. */
  readonly depth?: number;
  /** Items of a body at most. Default 5. */
  readonly items?: number;
  /** Spaces and tabs in odd numbers wherever the language allows them. Default true. */
  readonly untidy?: boolean;
}

const NAMES = [
  'a',
  'b',
  'name',
  'disk_size',
  'a-b',
  'x1',
  'é',
  '名前',
  'for',
  'if',
  'in',
  'endif',
  'true2',
  '_u',
  'source',
];
/** `for` at the start of a list or object begins a loop. */
const VALUE_NAMES = NAMES.filter((name) => name !== 'for');
const FUNCTIONS = ['upper', 'f', 'max', 'a::b', 'convert'];
const NUMBERS = ['0', '1', '42', '007', '1.50', '1e3', '2.5E-2', '5.e3', '123456789012345678901234567890'];
const TEXTS = [
  'x',
  'a b',
  ' ',
  '  tail  ',
  '$',
  '%',
  '$$',
  '=',
  '# no comment',
  '// {',
  '}',
  '[',
  'é',
  '日本',
  '👩‍👩‍👧',
  '<&>',
  "'",
  '$x',
  '%x',
];
const ESCAPES = ['\\n', '\\t', '\\r', '\\"', '\\\\', '\\u00e9', '\\U0001F44D', '$${', '%%{'];
const BINARY = ['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', '&&', '||'];

/**
 * Writes random documents that HashiCorp's parser accepts: every construct of the native syntax, in odd layouts.
 * Names within a body differ, so that they are also free of arguments set twice.
 */
export class HclGenerator {
  readonly #random: Random;
  readonly #depth: number;
  readonly #items: number;
  readonly #untidy: boolean;
  #word = 0;

  constructor(seed: number, options: GeneratorOptions = {}) {
    this.#random = new Random(seed);
    this.#depth = options.depth ?? 3;
    this.#items = options.items ?? 5;
    this.#untidy = options.untidy ?? true;
  }

  /** A whole file. */
  document(): string {
    const newline = this.#random.oneIn(6) ? '\r\n' : '\n';
    const text = this.#body(this.#depth, '');
    return (this.#random.oneIn(12) ? '\ufeff' : '') + (newline === '\n' ? text : text.replace(/\n/g, newline));
  }

  /** One expression. Without `lines`, none of it needs or allows a second line. */
  expression(depth = this.#depth, lines = true): string {
    const random = this.#random;
    if (depth <= 0) return this.#leaf();
    switch (random.below(lines ? 15 : 14)) {
      case 0:
        return `(${this.#break(lines)}${this.expression(depth - 1, lines)}${this.#break(lines)})`;
      case 1:
        return this.#joined(
          '[',
          random.list(3, () => this.expression(depth - 1, lines)),
          ']',
          lines,
        );
      case 2:
        return this.#object(depth, lines);
      case 3:
        return this.#loop(depth, lines);
      case 4: {
        const items = random.list(3, () => this.expression(depth - 1, lines));
        const spread = items.length > 0 && random.oneIn(4) ? `${this.#gap()}...` : '';
        return `${random.pick(FUNCTIONS)}${this.#gap()}${this.#joined('(', items, `${spread})`, lines, spread === '')}`;
      }
      case 5:
      case 6:
        return `${this.#operand(depth)}${this.#gap1()}${random.pick(BINARY)}${this.#gap1()}${this.#operand(depth)}`;
      case 7:
        return `${this.#operand(depth)}${this.#gap1()}?${this.#gap1()}${this.expression(depth - 1, false)}${this.#gap1()}:${this.#gap1()}${this.expression(depth - 1, false)}`;
      case 8:
        return `${random.pick(['-', '!', '- ', '! '])}${this.#operand(depth)}`;
      case 9:
      case 10:
        return this.#traversal(depth);
      case 11:
      case 12:
      case 13:
        return this.#quoted(depth);
      default:
        return this.#heredoc(depth);
    }
  }

  #leaf(): string {
    const random = this.#random;
    return random.pick([
      () => random.pick(NUMBERS),
      () => random.pick(['true', 'false', 'null']),
      () => random.pick(VALUE_NAMES),
      () => `var.${random.pick(NAMES)}`,
      () => this.#quoted(0),
    ])();
  }

  /** Something that can stand beside an operator without changing what belongs together. */
  #operand(depth: number): string {
    return this.#random.oneIn(3) ? `(${this.expression(depth - 1, false)})` : this.#leaf();
  }

  #traversal(depth: number): string {
    const random = this.#random;
    let text = random.pick(['var', 'local.x', 'data.a.b', 'f(1)', '(x)', '[1]']);
    let star = false;
    for (let count = 1 + random.below(4); count > 0; count--) {
      const kind = random.below(8);
      if (kind < 3) text += `.${random.pick(NAMES)}`;
      else if (kind < 5) text += `[${this.#gap()}${this.expression(Math.min(1, depth - 1), false)}${this.#gap()}]`;
      else if (kind === 5) text += '[*]';
      else if (kind === 6 && !star) {
        text += '.*.a';
        star = true;
      } else if (kind === 7) text += `.0.a`;
    }
    return text;
  }

  #object(depth: number, lines: boolean): string {
    const random = this.#random;
    const items = random.list(3, () => {
      const key = random.pick([
        () => random.pick(VALUE_NAMES),
        () => `"${random.pick(TEXTS.slice(0, 3))}"`,
        () => `(${this.expression(depth - 1, false)})`,
        () => `"k${this.#sequence(depth - 1)}"`,
      ])();
      return `${key}${this.#gap()}${random.pick(['=', ':'])}${this.#gap()}${this.expression(depth - 1, lines)}`;
    });
    if (!lines) return `{${this.#gap()}${items.join(`${this.#gap()},${this.#gap()}`)}${this.#gap()}}`;
    const separator = (): string => this.#gap() + random.pick([',', '\n', ',\n', '\n\n', ' # c\n', ', // c\n']);
    return `{${this.#gap()}${random.pick(['', '\n', ' # c\n'])}${items.map((item) => item + (item.endsWith('\n') ? '' : separator())).join(this.#gap())}${this.#gap()}}`;
  }

  #loop(depth: number, lines: boolean): string {
    const random = this.#random;
    const names = random.pick(['v', 'k, v', 'k,v']);
    const head = `for ${names} in ${this.#leaf()}${this.#gap()}:${this.#gap()}`;
    const condition = random.oneIn(2) ? ` if ${this.#operand(depth)}` : '';
    if (random.oneIn(2))
      return `[${this.#break(lines)}${head}${this.expression(depth - 1, false)}${condition}${this.#break(lines)}]`;
    const value = this.expression(depth - 1, false);
    const grouping = random.oneIn(3) ? '...' : '';
    return `{${this.#break(lines)}${head}${this.#operand(depth)}${this.#gap1()}=>${this.#gap1()}${value}${grouping}${condition}${this.#break(lines)}}`;
  }

  #joined(open: string, items: readonly string[], close: string, lines: boolean, mayTrail = true): string {
    let text = open + this.#break(lines);
    for (const [index, item] of items.entries()) {
      const comma = index < items.length - 1 || (mayTrail && this.#random.oneIn(4)) ? `${this.#gap()},` : '';
      text += item + comma + this.#break(lines);
    }
    return text + close;
  }

  #quoted(depth: number): string {
    const random = this.#random;
    const parts = random.list(4, () =>
      random.pick([
        () => random.pick(TEXTS),
        () => random.pick(ESCAPES),
        () => this.#sequence(depth - 1),
        () => (depth > 0 ? this.#directive(depth - 1, () => random.pick(TEXTS)) : ''),
      ])(),
    );
    return `"${glue(parts)}"`;
  }

  #sequence(depth: number): string {
    const [open, close] = [this.#random.pick(['${', '${', '${~']), this.#random.pick(['}', '}', '~}'])];
    const lines = this.#random.oneIn(8);
    const value = this.expression(Math.max(0, depth), false);
    return `${open}${lines ? this.#break(true) : this.#gap1()}${value}${lines ? this.#break(true) : this.#gap1()}${close}`;
  }

  #directive(depth: number, inner: () => string): string {
    const random = this.#random;
    const tag = (text: string): string =>
      `${random.pick(['%{', '%{~'])}${this.#gap1()}${text}${this.#gap1()}${random.pick(['}', '~}'])}`;
    const value = (): string => this.expression(Math.max(0, depth), false);
    if (random.oneIn(2)) {
      return glue([tag(`for ${random.pick(['v', 'k, v'])} in ${value()}`), inner(), this.#sequence(0), tag('endfor')]);
    }
    const otherwise = random.oneIn(2) ? [tag('else'), inner()] : [];
    return glue([tag(`if ${value()}`), inner(), ...otherwise, tag('endif')]);
  }

  #heredoc(depth: number): string {
    const random = this.#random;
    const word = random.pick(['EOT', 'E', 'END-1']);
    const indents = ['', '  ', '    ', '\t', ' '];
    const line = (): string => {
      const parts = random.list(3, () =>
        random.pick([
          () => random.pick(TEXTS),
          () => random.pick(['$${', '%%{', '\\n', '"']),
          () => this.#sequence(depth - 1),
        ])(),
      );
      return `${random.pick(indents)}${glue(parts)}\n`;
    };
    const lines = random.list(4, () =>
      random.oneIn(5) ? `${this.#directive(depth - 1, () => `\n${line()}`)}\n` : line(),
    );
    return `${random.pick(['<<', '<<-'])}${word}\n${lines.join('')}${random.pick(indents)}${word}\n`;
  }

  #body(depth: number, indent: string): string {
    const random = this.#random;
    const items = random.list(this.#items, () => this.#item(depth, indent));
    return items.map((item) => (item.endsWith('\n') ? item : `${item}\n`)).join('');
  }

  #item(depth: number, indent: string): string {
    const random = this.#random;
    const start = this.#untidy ? random.pick(['', ' ', '\t', '    ', indent]) : indent;
    const name = `${random.pick(NAMES)}${++this.#word}`;
    const comment = random.oneIn(6) ? `${this.#gap()}${random.pick(['# c', '// c', '/* c */', '#'])}` : '';
    switch (random.below(depth > 0 ? 9 : 5)) {
      case 0:
        return random.pick(['', '  ', `${start}# comment`, `${start}// c`, `${start}/* block\n   comment */`]);
      case 1:
      case 2:
      case 3:
      case 4: {
        const value = this.expression(depth, true);
        return `${start}${name}${this.#gap()}=${this.#gap()}${value}${value.endsWith('\n') ? '' : this.#gap() + comment}`;
      }
      case 5:
        return `${start}${this.#header(name)}{${this.#gap()}${random.oneIn(2) ? `a${this.#gap()}=${this.#gap()}${this.expression(depth - 1, false)}${this.#gap()}` : ''}}${comment}`;
      default:
        return `${start}${this.#header(name)}{${comment.startsWith('/*') ? '' : comment}\n${this.#body(depth - 1, `${indent}  `)}${start}}${comment}`;
    }
  }

  #header(type: string): string {
    const random = this.#random;
    const labels = random.list(2, () => random.pick(['"x"', '"a b"', '"é$${"', 'bare', '"\\n"']));
    return [type, ...labels].join(this.#gap1()) + this.#gap1();
  }

  #gap(): string {
    return this.#untidy ? this.#random.pick(['', '', ' ', ' ', '  ', '\t']) : ' ';
  }

  #gap1(): string {
    return this.#untidy ? this.#random.pick([' ', ' ', '  ', '\t']) : ' ';
  }

  #break(lines: boolean): string {
    if (!lines || !this.#random.oneIn(3)) return this.#gap();
    return this.#gap() + this.#random.pick(['\n', '\n  ', '\n\n', ' # c\n', ' /* c */ ', '// c\n\t']);
  }
}

/** Joins pieces of a template, so that no sign at the end of one escapes the sequence at the start of the next. */
function glue(parts: readonly string[]): string {
  return parts.reduce((text, part) => (/[$%]$/.test(text) && /^[$%]/.test(part) ? `${text}.${part}` : text + part), '');
}
