import type { Diagnostic, Diagnostics } from '../diagnostic.js';
import type { SourceRange } from '../source.js';
import type { Expression } from '../syntax/ast.js';
import { toJsonText } from '../values/json.js';
import { printValue } from '../values/print.js';
import type { Value } from '../values/value.js';
import { references, type Reference } from './references.js';
import type { Scope } from './scope.js';

/** Characters of a shown value, and how heavy a value may be to be looked at for that. */
const SHOWN = 100;
const LOOKED_AT = 10_000;
const MOST = 4;

/** Faults that have got their values, or have none to show. */
const explained = new WeakSet<Diagnostic>();

/**
 * Gives the faults from index `from` on the values that they are about: of the names at the faulty place, else of those in
 * the whole of `expression`. The innermost expression comes first and knows the names of its loops.
 */
export function explain(expression: Expression, scope: Scope, diagnostics: Diagnostics, from: number): void {
  const { list } = diagnostics;
  for (let i = from; i < list.length; i++) {
    const fault = list[i] as Diagnostic;
    if (explained.has(fault)) continue;
    const values = valuesFor(fault, expression, scope);
    const told = values.length === 0 || fault.values ? fault : { ...fault, values };
    explained.add(told);
    list[i] = told;
  }
}

function valuesFor(fault: Diagnostic, expression: Expression, scope: Scope): { expression: string; value: string }[] {
  const all = references(expression);
  const { subject } = fault;
  const near = subject ? all.filter(({ range }) => overlap(range, subject)) : [];
  const shown = new Map<string, string>();
  for (const reference of near.length > 0 ? near : all) {
    const found = resolve(reference, scope);
    if (found && shown.size < MOST) shown.set(found.expression, found.value);
  }
  return [...shown].map(([name, value]) => ({ expression: name, value }));
}

function overlap(a: SourceRange, b: SourceRange): boolean {
  return a.file === b.file && a.start.offset < b.end.offset && b.start.offset < a.end.offset;
}

/** As far as the steps lead; nothing for what is not known or must not be shown. */
function resolve(
  { root, path }: Reference,
  scope: Scope,
): { readonly expression: string; readonly value: string } | undefined {
  let value = scope.variable(root);
  let name = root;
  let isSecret = value?.isSensitive ?? false;
  for (const step of path) {
    const part = value && partOf(value, step);
    if (!part) break;
    value = part;
    isSecret ||= value.isSensitive;
    name += /^\d/.test(step)
      ? `[${step}]`
      : /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(step)
        ? `.${step}`
        : `[${JSON.stringify(step)}]`;
  }
  if (!value?.isWhollyKnown || isSecret || value.deepMarks().has('sensitive') || value.weight > LOOKED_AT)
    return undefined;
  // The roots themselves hold everything there is.
  if (name === root && path.length > 0) return undefined;
  const text = oneLine(value);
  return { expression: name, value: text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text };
}

function partOf(value: Value, step: string): Value | undefined {
  if (!value.isKnown || value.isNull) return undefined;
  const { kind } = value.type;
  if (kind === 'object' || kind === 'map') return value.entries.get(step);
  return kind === 'list' || kind === 'tuple' ? value.items[Number(step)] : undefined;
}

function oneLine(value: Value): string {
  try {
    return toJsonText(value);
  } catch (error) {
    // Infinities have no JSON form.
    if (!(error instanceof RangeError)) throw error;
    return printValue(value).replace(/\s+/g, ' ');
  }
}
