import { GoFunctionError } from './error.js';
import { escapeHtml, escapeJs, escapeUrl } from './escape.js';
import { show, sprint, sprintf } from './printf.js';
import { floatOf, isInteger, isList, isMap, isTrue, mapEntry, mapSize, typeName, type GoValue } from './values.js';

/** A function of the template language. It throws GoFunctionError for arguments that it cannot take. */
export type GoFunction = (...args: GoValue[]) => GoValue;
export type GoFunctions = Readonly<Record<string, GoFunction>>;

/** Names that the executor handles itself, because they do not evaluate all their arguments. */
export const LAZY_FUNCTIONS = ['and', 'or'] as const;

/** The functions that every template has, besides `and` and `or`. */
export const builtins: GoFunctions = {
  not: (...args) => {
    arity('not', args, 1);
    return !isTrue(args[0]);
  },
  len: (...args) => {
    arity('len', args, 1);
    return length(args[0]);
  },
  index: (...args) => {
    arity('index', args, 1, Infinity);
    return args.slice(1).reduce<GoValue>(element, args[0]);
  },
  slice: (...args) => {
    arity('slice', args, 1, 4);
    return sliced(args[0], args.slice(1));
  },
  print: (...args) => sprint(args),
  println: (...args) => `${args.map(show).join(' ')}\n`,
  printf: (...args) => {
    arity('printf', args, 1, Infinity);
    if (typeof args[0] !== 'string') throw new GoFunctionError('the format of `printf` must be a string');
    return sprintf(args[0], args.slice(1));
  },
  html: (...args) => escapeHtml(plain(args)),
  js: (...args) => escapeJs(plain(args)),
  urlquery: (...args) => escapeUrl(plain(args)),
  call: (...args) => {
    const [called, ...rest] = args;
    if (typeof called !== 'function') throw new GoFunctionError(`a ${typeName(called)} cannot be called`);
    return (called as GoFunction)(...rest);
  },
  eq: (...args) => {
    arity('eq', args, 2, Infinity);
    return args.slice(1).some((other) => equal(args[0], other));
  },
  ne: (...args) => {
    arity('ne', args, 2);
    return !equal(args[0], args[1]);
  },
  lt: (...args) => less('lt', args),
  le: (...args) => less('le', args) || equal(args[0], args[1]),
  gt: (...args) => !less('gt', args) && !equal(args[0], args[1]),
  ge: (...args) => !less('ge', args),
};

/** What is not there is written as an action writes it, and not as `print` does. */
const plain = (args: readonly GoValue[]): string => sprint(args.map((arg) => arg ?? '<no value>'));

/** Checks the number of arguments. @throws GoFunctionError */
export function arity(name: string, args: readonly GoValue[], min: number, max = min): void {
  if (args.length >= min && args.length <= max) return;
  const wanted = max === min ? `${min}` : max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  throw new GoFunctionError(`\`${name}\` takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${args.length}`);
}

function length(value: GoValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (isList(value)) return value.length;
  if (isMap(value)) return mapSize(value);
  throw new GoFunctionError(`a value of type ${typeName(value)} has no length`);
}

function element(value: GoValue, key: GoValue): GoValue {
  if (isMap(value)) {
    if (typeof key !== 'string') throw new GoFunctionError(`a map has no key of type ${typeName(key)}`);
    return mapEntry(value, key);
  }
  if (isList(value)) return value[position(key, value.length - 1)];
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return bytes[position(key, bytes.length - 1)];
  }
  if (value === undefined || value === null) throw new GoFunctionError('a value that is not there has no elements');
  throw new GoFunctionError(`a value of type ${typeName(value)} has no elements`);
}

function position(key: GoValue, last: number): number {
  if (!isInteger(key)) throw new GoFunctionError(`a value of type ${typeName(key)} is no index`);
  const index = Number(key);
  if (index < 0 || index > last) throw new GoFunctionError(`the index ${index} is out of range`);
  return index;
}

function sliced(value: GoValue, bounds: readonly GoValue[]): GoValue {
  if (typeof value === 'string' && bounds.length === 3) throw new GoFunctionError('a string takes two bounds at most');
  const bytes = typeof value === 'string' ? Buffer.from(value) : undefined;
  if (!bytes && !isList(value)) throw new GoFunctionError(`a value of type ${typeName(value)} cannot be sliced`);
  const size = bytes ? bytes.length : (value as readonly GoValue[]).length;
  const [start = 0, end = size, capacity = size] = bounds.map((bound) => position(bound, size));
  if (start > end || end > capacity)
    throw new GoFunctionError(`the bounds ${start} and ${end} are the wrong way round`);
  return bytes ? bytes.subarray(start, end).toString('utf8') : (value as readonly GoValue[]).slice(start, end);
}

function equal(a: GoValue, b: GoValue): boolean {
  const [left, right] = [a ?? null, b ?? null];
  if (left === null || right === null) return left === right;
  if (isInteger(left) && isInteger(right)) return BigInt(left) === BigInt(right);
  const floats = [floatOf(left), floatOf(right)];
  if (floats[0] !== undefined && floats[1] !== undefined) return floats[0] === floats[1];
  if (isList(left) || isList(right) || isMap(left) || isMap(right))
    throw new GoFunctionError('lists and maps cannot be compared');
  if (typeName(left) !== typeName(right))
    throw new GoFunctionError(`a ${typeName(left)} and a ${typeName(right)} cannot be compared`);
  return left === right;
}

function less(name: string, args: readonly GoValue[]): boolean {
  arity(name, args, 2);
  const [a, b] = args;
  if (isInteger(a) && isInteger(b)) return a < b;
  const [x, y] = [floatOf(a), floatOf(b)];
  if (x !== undefined && y !== undefined) return x < y;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  throw new GoFunctionError(`a ${typeName(a)} and a ${typeName(b)} have no order`);
}
