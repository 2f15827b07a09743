import { Diagnostics } from '../diagnostic.js';
import type { CallExpression } from '../syntax/ast.js';
import { ConversionError, convert } from '../values/convert.js';
import { BOOL, withoutOptional } from '../values/type.js';
import { Value } from '../values/value.js';
import type { Evaluate, LazyFunction } from './function.js';
import { capital } from './operands.js';
import type { Scope } from './scope.js';
import { evaluateTypeExpression } from './type-expression.js';
import { misfit } from './words.js';

const canFunction: LazyFunction = {
  name: 'can',
  summary: 'whether an expression can be evaluated without a fault',
  lazy(call, scope, diagnostics, evaluate) {
    const [expression] = call.args;
    if (!exactly(call, 1, diagnostics) || !expression) return Value.unknown(BOOL);
    const faults = new Diagnostics();
    const value = evaluate(expression, scope, faults);
    if (faults.hasErrors) return Value.bool(false);
    return value.isWhollyKnown ? Value.bool(true) : Value.unknown(BOOL);
  },
};

const tryFunction: LazyFunction = {
  name: 'try',
  summary: 'the first of several expressions that can be evaluated without a fault',
  lazy(call, scope, diagnostics, evaluate) {
    if (call.args.length === 0) {
      diagnostics.error('hcl/not-enough-arguments', 'not enough arguments', {
        subject: call.closeRange,
        context: call.range,
        detail: '`try` takes at least one.',
      });
      return Value.unknown();
    }
    const failures: string[] = [];
    for (const { value, faults } of attempts(call, scope, evaluate)) {
      if (!faults.hasErrors) return value.isWhollyKnown ? value : Value.unknown();
      const first = faults.list.find(({ severity }) => severity === 'error');
      failures.push(`- ${first?.summary ?? 'a fault'}: ${first?.detail ?? ''}`);
    }
    diagnostics.error('hcl/try-failed', 'no expression of `try` succeeded', {
      subject: call.nameRange,
      context: call.range,
      detail: `Each of them has a fault:\n${failures.join('\n')}`,
      suggestion: 'add a last argument that always succeeds, such as a literal',
    });
    return Value.unknown();
  },
};

/** The arguments one by one, those in a list behind which `...` stands included. */
function* attempts(
  call: CallExpression,
  scope: Scope,
  evaluate: Evaluate,
): Generator<{ readonly value: Value; readonly faults: Diagnostics }> {
  for (const expression of call.args) {
    const faults = new Diagnostics();
    const value = evaluate(expression, scope, faults);
    const isSpread = call.expandFinal && expression === call.args.at(-1);
    if (!isSpread || faults.hasErrors || !value.isKnown) yield { value, faults };
    else if (!value.isNull && ['list', 'set', 'tuple'].includes(value.type.kind)) {
      for (const item of value.items) yield { value: item.withMarks(value.marks), faults };
    } else {
      faults.error('hcl/invalid-expansion', 'what stands before `...` is no list', { subject: expression.range });
      yield { value, faults };
    }
  }
}

const convertFunction: LazyFunction = {
  name: 'convert',
  summary: 'a value converted to a type',
  lazy(call, scope, diagnostics, evaluate) {
    const [valueExpression, typeExpression] = call.args;
    if (!exactly(call, 2, diagnostics) || !valueExpression || !typeExpression) return Value.unknown();
    const constraint = evaluateTypeExpression(typeExpression, diagnostics, { allowOptional: true });
    const faults = new Diagnostics();
    const value = evaluate(valueExpression, scope, faults);
    diagnostics.add(faults.list);
    if (!constraint || faults.hasErrors) return Value.unknown();
    // `optional` may be written here, too, but only a variable can do without the attribute.
    const type = withoutOptional(constraint.type);
    try {
      return convert(value, type);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      diagnostics.error('hcl/invalid-argument', 'the value does not convert', {
        subject: valueExpression.range,
        context: call.range,
        detail: `${capital(misfit(error, value))}.`,
      });
      return Value.unknown();
    }
  },
};

/** The functions that see their arguments as expressions. */
export const lazyFunctions: readonly LazyFunction[] = [canFunction, convertFunction, tryFunction];

function exactly(call: CallExpression, count: number, diagnostics: Diagnostics): boolean {
  if (call.args.length === count && !call.expandFinal) return true;
  const few = call.args.length < count;
  diagnostics.error(
    few ? 'hcl/not-enough-arguments' : 'hcl/too-many-arguments',
    few ? 'not enough arguments' : 'too many arguments',
    {
      subject: few ? call.closeRange : (call.args[count] ?? call).range,
      context: call.range,
      detail: `\`${call.name}\` takes ${count}.`,
    },
  );
  return false;
}
