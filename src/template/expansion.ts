import { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceRange } from '../hcl/source.js';
import type { Attribute } from '../hcl/syntax/ast.js';
import { BigFloat } from '../hcl/values/number.js';
import { BOOL, NUMBER, STRING } from '../hcl/values/type.js';
import { convert } from '../hcl/values/convert.js';
import { Value } from '../hcl/values/value.js';
import type { Message } from '../messages/message.js';
import { bodySchema } from './body.js';
import { convertOr } from './constant.js';
import { messages } from './expansion-messages.js';
import { messages as templateMessages } from './messages.js';
import { reportError } from './report.js';

/** Arguments by which one block stands for several, or for none. */
export const EXPANSION = ['for_each', 'count', 'enabled'] as const;
export const EXPANSION_SCHEMA = bodySchema(EXPANSION);

/** One of the things that a block stands for; a block without `for_each` and `count` has a single one, without a key. */
export interface Instance {
  /** `each.key` or `count.index` as text. */
  readonly key?: string;
  /** The same as a value. */
  readonly keyValue?: Value;
  /** Where expressions of the block are evaluated: `each` or `count` is in it. */
  readonly scope: Scope;
}

export interface Expanded {
  readonly by?: 'for_each' | 'count';
  readonly instances: readonly Instance[];
  /** Those whose `enabled` is false. */
  readonly leftOut: readonly Instance[];
}

const LIMIT = 10_000;
const KEY = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;

/** The instances of a block with these arguments, in order. None, with diagnostics, where something is wrong. */
export function expand(attributes: ReadonlyMap<string, Attribute>, scope: Scope, diagnostics: Diagnostics): Expanded {
  const forEach = attributes.get('for_each');
  const count = attributes.get('count');
  const enabled = attributes.get('enabled');
  if (forEach && count) {
    const [, second] = [forEach, count].sort((a, b) => a.range.start.offset - b.range.start.offset);
    reportError(diagnostics, messages.both(), { subject: (second as Attribute).nameRange });
    return { by: 'for_each', instances: [], leftOut: [] };
  }
  const by = forEach ? 'for_each' : count ? 'count' : undefined;
  const all = forEach ? eachOf(forEach, scope, diagnostics) : count ? countOf(count, scope, diagnostics) : [{ scope }];
  if (!enabled) return { ...(by && { by }), instances: all, leftOut: [] };
  const verdicts = all.map((instance) => isEnabled(enabled, instance.scope, diagnostics));
  return {
    ...(by && { by }),
    instances: all.filter((_, i) => verdicts[i] === true),
    leftOut: all.filter((_, i) => verdicts[i] === false),
  };
}

/** A name with the key of an instance behind it. */
export function keyed(name: string, key: string | undefined): string {
  return [name, key].filter((part) => part !== undefined && part !== '').join('.');
}

function eachOf(attribute: Attribute, scope: Scope, diagnostics: Diagnostics): Instance[] {
  const value = knownValue(attribute, scope, diagnostics);
  if (!value) return [];
  const subject = attribute.expression.range;
  const pairs = pairsOf(value, subject, diagnostics);
  if (!pairs) return [];
  if (pairs.length > LIMIT) {
    reportError(diagnostics, messages.tooMany(pairs.length), { subject });
    return [];
  }
  const refused = pairs.find(([key]) => !KEY.test(key));
  if (refused) {
    reportError(diagnostics, messages.key(refused[0]), { subject });
    return [];
  }
  return pairs.map(([key, item]) => {
    const keyValue = Value.string(key);
    const each = Value.object([
      ['key', keyValue],
      ['value', item],
    ]);
    return { key, keyValue, scope: scope.child([['each', each]]) };
  });
}

/** Keys and values; strings of a list or set are both at once. */
function pairsOf(value: Value, subject: SourceRange, diagnostics: Diagnostics): [string, Value][] | undefined {
  const refuse = (message: Message): undefined => {
    reportError(diagnostics, message, { subject });
    return undefined;
  };
  const { kind } = value.type;
  if (kind === 'map' || kind === 'object') return [...value.entries];
  if (kind !== 'list' && kind !== 'tuple' && kind !== 'set')
    return refuse(messages.collection(`is a ${kind === 'any' ? 'value without a type' : kind}`));
  const pairs: [string, Value][] = [];
  const seen = new Set<string>();
  for (const item of value.items) {
    if (item.deepMarks().has('sensitive')) return refuse(messages.sensitive('for_each'));
    if (!item.isKnown) return refuse(messages.notKnown('for_each'));
    if (item.isNull) return refuse(messages.collection(`holds a null in a ${kind}`));
    if (!['string', 'number', 'bool'].includes(item.type.kind))
      return refuse(messages.collection(`is a ${kind} that holds a ${item.type.kind}`));
    const text = convert(item, STRING);
    if (seen.has(text.text)) return refuse(messages.duplicateKey(text.text));
    seen.add(text.text);
    pairs.push([text.text, text]);
  }
  return pairs;
}

function countOf(attribute: Attribute, scope: Scope, diagnostics: Diagnostics): Instance[] {
  const value = knownValue(attribute, scope, diagnostics);
  if (!value) return [];
  const subject = attribute.expression.range;
  const refuse = (reason: string): void => reportError(diagnostics, messages.count(reason), { subject });
  const number = convertOr(value, NUMBER, (reason) => refuse(`must be a number: ${reason}`))?.numeric;
  if (!number) return [];
  const count = number.toNumber();
  if (!number.isInteger || count < 0 || count > LIMIT) {
    refuse(`is ${count}`);
    return [];
  }
  return Array.from({ length: count }, (_, index) => {
    const keyValue = Value.number(BigFloat.fromInteger(BigInt(index)));
    return { key: `${index}`, keyValue, scope: scope.child([['count', Value.object([['index', keyValue]])]]) };
  });
}

function isEnabled(attribute: Attribute, scope: Scope, diagnostics: Diagnostics): boolean | undefined {
  const value = knownValue(attribute, scope, diagnostics);
  return (
    value &&
    convertOr(value, BOOL, (reason) =>
      reportError(diagnostics, templateMessages.unsuitableType('enabled', 'true or false'), {
        subject: attribute.expression.range,
        detail: reason,
      }),
    )?.truth
  );
}

/** The value of an argument that is not null, not unknown and no secret. */
function knownValue(attribute: Attribute, scope: Scope, diagnostics: Diagnostics): Value | undefined {
  const found = new Diagnostics();
  const value = evaluate(attribute.expression, scope, found);
  diagnostics.add(found.list);
  if (found.hasErrors) return undefined;
  const { name } = attribute;
  const message = value.isSensitive
    ? messages.sensitive(name)
    : !value.isKnown
      ? messages.notKnown(name)
      : value.isNull
        ? templateMessages.unsuitableNull(name)
        : undefined;
  if (!message) return value;
  reportError(diagnostics, message, { subject: attribute.expression.range });
  return undefined;
}
