import { Random } from './random.js';

type Kind = 'number' | 'string' | 'bool' | 'list' | 'map';
const KINDS: readonly Kind[] = ['number', 'string', 'bool', 'list', 'map'];

const LITERALS: Readonly<Record<Kind, readonly string[]>> = {
  number: ['0', '1', '2', '-1', '1.5', '0.1', '10', '1e3', '-0', '7 / 3', '1e30'],
  string: ['"a"', '"b"', '"1"', '"true"', '""', '"é"', '"x y"', '"${1}z"', '"A-b"'],
  bool: ['true', 'false'],
  list: [
    '[]',
    '[1, 2]',
    '["a", "b"]',
    '[1, "a", null]',
    '[[1], [2, 3]]',
    '[{ a = 1 }, { a = 2, b = "x" }]',
    'convert(["b", "a", "b"], set(string))',
    'convert([3, 1], list(number))',
  ],
  map: ['{}', '{ a = 1 }', '{ a = "x", b = true }', 'convert({ b = 1, a = 2 }, map(number))', '{ a = [1], c = null }'],
};
const TYPES = [
  'string',
  'number',
  'bool',
  'list(string)',
  'list(any)',
  'set(any)',
  'map(any)',
  'tuple([number, string])',
];

/**
 * A random expression whose parts mostly fit each other, so that it often has a value, unlike one that is only
 * grammatical. The same seed gives the same expression.
 */
export function randomExpression(seed: number, names: readonly string[], depth = 4): string {
  return new Generator(new Random(seed), names).any(depth);
}

class Generator {
  constructor(
    private readonly random: Random,
    private readonly names: readonly string[],
  ) {}

  any(depth: number): string {
    return this.of(this.random.pick(KINDS), depth);
  }

  private of(kind: Kind, depth: number): string {
    const { random } = this;
    if (random.oneIn(40)) return 'null';
    if (random.oneIn(8)) return random.pick(this.names);
    if (depth <= 0) return random.pick(LITERALS[random.oneIn(20) ? random.pick(KINDS) : kind]);
    switch (random.below(10)) {
      case 0:
        return `(${this.of('bool', depth - 1)} ? ${this.of(kind, depth - 1)} : ${this.of(kind, depth - 1)})`;
      case 1:
        return `[${this.of(kind, depth - 1)}, ${this.any(depth - 2)}][0]`;
      case 2:
        return `{ a = ${this.of(kind, depth - 1)}, b = ${this.any(depth - 2)} }.a`;
      case 3:
        return `try(${this.any(depth - 1)}.a[0], ${this.of(kind, depth - 1)})`;
      default:
        return random.pick(this.forms(kind, depth))();
    }
  }

  private forms(kind: Kind, depth: number): readonly (() => string)[] {
    const down = (wanted: Kind) => this.of(wanted, depth - 1);
    const sequence = () => this.of(this.random.pick(['list', 'map']), depth - 1);
    const loop = (body: (name: string) => string) => {
      const name = this.random.pick(['x', 'y']);
      const inner = new Generator(this.random, [...this.names, name, 'k']);
      return body(name).replace('BODY', () => inner.any(depth - 1));
    };
    switch (kind) {
      case 'number':
        return [
          () => `(${down('number')} ${this.random.pick(['+', '-', '*', '/', '%'])} ${down('number')})`,
          () => `length(${sequence()})`,
          () => `max(${down('number')}, ${down('number')})`,
          () => `-(${down('number')})`,
          () => `convert(${down('string')}, number)`,
        ];
      case 'string':
        return [
          () => `"p\${${down(this.random.pick(['number', 'string', 'bool']))}}"`,
          () => `"%{ if ${down('bool')} }y%{ else }n%{ endif }"`,
          () => loop((name) => `"%{ for k, ${name} in ${sequence()} }\${k}=\${jsonencode(BODY)},%{ endfor }"`),
          () => `jsonencode(${this.any(depth - 1)})`,
          () => `upper(${down('string')})`,
          () => `format("%v", ${this.any(depth - 1)})`,
        ];
      case 'bool':
        return [
          () => `(${this.any(depth - 1)} ${this.random.pick(['==', '!='])} ${this.any(depth - 1)})`,
          () => `(${down('number')} ${this.random.pick(['<', '<=', '>', '>='])} ${down('number')})`,
          () => `(${down('bool')} ${this.random.pick(['&&', '||'])} ${down('bool')})`,
          () => `!(${down('bool')})`,
          () => `can(${this.any(depth - 1)}.a)`,
        ];
      case 'list':
        return [
          () => `[${this.random.list(3, () => this.any(depth - 1)).join(', ')}]`,
          () => `convert(${down('list')}, ${this.random.pick(TYPES)})`,
          () =>
            loop(
              (name) => `[for k, ${name} in ${sequence()} : BODY${this.random.oneIn(3) ? ` if ${down('bool')}` : ''}]`,
            ),
          () => `${sequence()}${this.random.pick(['[*]', '.*', '[*].a', '.*.a[0]', '[*][0]', '[*].a[*].b'])}`,
          () => `${this.random.pick(['keys', 'values'])}(${down('map')})`,
          () => `${this.random.pick(['concat', 'setunion', 'setproduct'])}(${down('list')}, ${down('list')})`,
        ];
      case 'map':
        return [
          () => `{ a = ${this.any(depth - 1)}, (${down('string')}) = ${this.any(depth - 1)} }`,
          () => `convert(${down('map')}, ${this.random.pick(['map(string)', 'map(any)', 'object({ a = any })'])})`,
          () =>
            loop((name) => `{ for k, ${name} in ${sequence()} : "\${k}" => BODY${this.random.oneIn(3) ? '...' : ''} }`),
          () => `merge(${down('map')}, ${down('map')})`,
        ];
    }
  }
}
