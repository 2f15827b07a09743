import { Diagnostics } from '../../../src/hcl/diagnostic.js';
import { createScope } from '../../../src/hcl/eval/scope.js';
import { evaluateTypeExpression } from '../../../src/hcl/eval/type-expression.js';
import { standardFunctions } from '../../../src/hcl/functions/index.js';
import { parseExpression } from '../../../src/hcl/syntax/parser.js';
import { printValue } from '../../../src/hcl/values/print.js';
import { BigFloat } from '../../../src/hcl/values/number.js';
import { describeType } from '../../../src/hcl/values/type.js';
import { Value } from '../../../src/hcl/values/value.js';
import { evaluateConstant } from '../../../src/template/constant.js';
import { randomExpression } from '../../support/expression-generator.js';
import { HclGenerator } from '../../support/hcl-generator.js';
import { mutate } from '../../support/hcl-mutator.js';
import { contextFor, evaluateText } from '../../support/language.js';
import type { Random } from '../../support/random.js';
import { compared, fromDecimal, negated, over, plus, rational, rounded, times } from '../../support/rational.js';
import { hold, type Target } from '../target.js';
import { holdPlaces, noise } from './inputs.js';

/** Functions that look outside, or that are slow on purpose. */
const OUTSIDE = ['vault', 'consul_key', 'aws_secretsmanager', 'aws_secretsmanager_raw', 'bcrypt'];
const functions = new Map([...standardFunctions].filter(([name]) => !OUTSIDE.includes(name)));
const NAMES = ['a', 'b', 'name', 'x1', 'source', 'é'];
const context = contextFor('/nonexistent');
const variables = new Map(
  NAMES.map((name, i) => [
    name,
    [Value.string('text'), Value.number(BigFloat.fromInteger(7n)), Value.unknown()][i % 3] as Value,
  ]),
);

function holdEvaluation(text: string): void {
  const { value, diagnostics, failed } = evaluateText(text, createScope({ variables, functions, context }));
  holdPlaces(diagnostics, text);
  hold(
    diagnostics.every(({ detail }) => detail === undefined || detail.trim() !== ''),
    'a fault says something',
  );
  describeType(value.type);
  // An infinite number has no JSON form, but every value can be printed.
  if (!failed) printValue(value);
}

const SPECS = [
  '%s',
  '%d',
  '%5.2f',
  '%-8q',
  '%v',
  '%#v',
  '%%',
  '%x',
  '%t',
  '%[2]s',
  '%*d',
  '%e',
  '%',
  '%+d',
  '%08b',
  '%99999999d',
  '%o',
  '%g',
];
const DATES = [
  'YYYY',
  'MM',
  'DD',
  "'T'",
  'hh',
  'mm',
  'ss',
  'ZZZZZ',
  'AA',
  'EEEE',
  'YYY',
  "'",
  'x',
  '-',
  'MMMM',
  'h',
  'Z',
];
const PATTERNS = [
  'a',
  '(',
  ')',
  '[',
  ']',
  '*',
  '+',
  '?',
  '{2,3}',
  '|',
  '^',
  '$',
  '\\d',
  '\\pL',
  '(?i)',
  '(?P<n>',
  '.',
  '(a+)+',
  '{1000}',
  '\\',
  '(?=',
  'é',
];
const ADDRESSES = [
  '10.0.0.0/8',
  '::/0',
  '2001:db8::/32',
  '1.2.3.4',
  '300.1.1.1/8',
  '10.0.0.0/33',
  'fe80::1/64',
  '::ffff:1.2.3.4/100',
  '/',
  '',
];
const ARGUMENTS = ['1', '-1', '"x"', 'null', 'true', '[1, "a"]', '{ a = 1 }', '1.5', '1e30', '255', '0'];

function functionCall(random: Random): string {
  const text = (parts: readonly string[], most: number) =>
    JSON.stringify(random.list(most, () => random.pick(parts)).join(''));
  const args = () => random.list(3, () => random.pick(ARGUMENTS));
  switch (random.below(6)) {
    case 0:
      return `format(${[text(SPECS, 4), ...args()].join(', ')})`;
    case 1:
      return `formatlist(${[text(SPECS, 3), ...args()].join(', ')})`;
    case 2:
      return `formatdate(${text(DATES, 6)}, ${random.pick(['"2020-02-29T23:59:60Z"', '"2020-01-01T00:00:00+14:00"', '"x"', '"2020-02-30T00:00:00Z"'])})`;
    case 3:
      return `${random.pick(['regex', 'regexall'])}(${text(PATTERNS, 6)}, "aaab é 12")`;
    case 4:
      return `regex_replace("aaab é", ${text(PATTERNS, 5)}, ${text(['$1', '${n}', '$$', 'x', '$'], 3).replaceAll('${', '$${')})`;
    default:
      return `${random.pick(['cidrhost', 'cidrnetmask', 'cidrsubnet', 'cidrsubnets'])}(${[JSON.stringify(random.pick(ADDRESSES)), ...args()].join(', ')})`;
  }
}

const TYPES = [
  'string',
  'number',
  'bool',
  'any',
  'list(',
  'set(',
  'map(',
  'object({',
  'tuple([',
  'optional(',
  ')',
  '})',
  '])',
  ', ',
  'a = ',
  '1',
  '"x"',
  '\n',
];

function numberText(random: Random): string {
  const digits = (most: number) => random.list(most, () => String(random.below(10))).join('');
  const one = () =>
    `${random.oneIn(2) ? '-' : ''}${random.below(10)}${digits(random.oneIn(8) ? 160 : 20)}.${random.below(10)}${digits(20)}e${random.below(120) - 60}`;
  return `${one()} ${one()}`;
}

const ratioOf = (number: BigFloat) => {
  const { numerator, denominator } = number.toRatio();
  return rational(number.isNegative ? -numerator : numerator, denominator);
};

export const valueTargets: readonly Target[] = [
  {
    name: 'evaluator',
    claim: 'any expression has a value or coded faults with a place',
    weight: 8,
    make(random) {
      const seed = random.below(2 ** 31);
      const text = random.oneIn(3)
        ? new HclGenerator(seed, { depth: 3 }).expression()
        : randomExpression(seed, NAMES, 3);
      return random.oneIn(4) ? mutate(text, random) : text;
    },
    check: holdEvaluation,
  },
  {
    name: 'functions',
    claim: 'format, formatdate, regular expressions and networks have a value or coded faults',
    weight: 8,
    make: functionCall,
    check: holdEvaluation,
  },
  {
    name: 'types',
    claim: 'any text is a type or has coded faults',
    weight: 14,
    make: (random) => random.list(9, () => random.pick(TYPES)).join(''),
    check(text) {
      const { expression, diagnostics } = parseExpression({ name: 't', text });
      holdPlaces(diagnostics, text);
      if (!expression || diagnostics.length > 0) return;
      const found = new Diagnostics();
      const constraint = evaluateTypeExpression(expression, found, { allowOptional: true });
      hold(constraint !== undefined || found.hasErrors, 'a type or a fault');
      holdPlaces(found.list, text);
      if (constraint) describeType(constraint.type);
    },
  },
  {
    name: 'var',
    claim: 'any text given with -var is a constant or has coded faults',
    weight: 12,
    make: noise,
    check(text) {
      const { expression, diagnostics } = parseExpression({ name: 't', text });
      if (!expression || diagnostics.length > 0) return holdPlaces(diagnostics, text);
      const found = new Diagnostics();
      const empty = createScope({ variables: new Map(), functions: new Map(), context });
      const value = evaluateConstant(expression, empty, found);
      hold(value !== undefined || found.hasErrors, 'a value or a fault');
      holdPlaces(found.list, text);
    },
  },
  {
    name: 'numbers',
    claim: 'numbers are the exact results, rounded once to 512 bits',
    weight: 6,
    make: numberText,
    check(text) {
      const [a, b] = text.split(' ').map((part) => BigFloat.parse(part));
      const [left, right] = text.split(' ');
      if (!a || !b || !left || !right || !text.includes('.')) return;
      const [x, y] = [ratioOf(a), ratioOf(b)];
      const same = (number: BigFloat, exact: typeof x, what: string) =>
        hold(compared(ratioOf(number), rounded(exact)) === 0, what);
      same(a, fromDecimal(left), 'as read');
      same(a.add(b), plus(x, y), 'sum');
      same(a.subtract(b), plus(x, negated(y)), 'difference');
      same(a.multiply(b), times(x, y), 'product');
      if (!b.isZero) same(a.divide(b), over(x, y), 'quotient');
      hold(a.compare(b) === compared(x, y), 'order');
      const again = BigFloat.parse(a.toString());
      hold(again !== undefined && again.toString() === a.toString(), 'printed and read again');
    },
  },
];
