import { Diagnostics } from '../../hcl/diagnostic.js';
import { evaluate } from '../../hcl/eval/evaluate.js';
import type { Scope } from '../../hcl/eval/scope.js';
import { Value } from '../../hcl/values/value.js';
import type { Declarations, ModuleDefinition } from '../declarations.js';
import { expand, keyed, type Instance } from '../expansion.js';
import { reportError } from '../report.js';
import type { LeftOut } from '../template.js';
import { toConstraint, type VariableDeclaration } from '../variables.js';
import { messages } from './messages.js';

/** What has become of a `module` block. */
export interface EvaluatedModule<Inner extends Evaluated> {
  /** `module.NAME`: its outputs; by key where it has `for_each`, in a list where it has `count`. */
  readonly value: Value;
  readonly instances: readonly Inner[];
  /** Of these instances, whether references to sources may name the module. */
  readonly isSingle: boolean;
  readonly leftOut: readonly LeftOut[];
}

interface Evaluated {
  readonly outputs: Value;
}

/** Evaluates the files of an instance, whose variables have their values. */
type EvaluateInner<Inner> = (
  declarations: Declarations,
  names: readonly string[],
  diagnostics: Diagnostics,
) => Promise<Inner | undefined>;

/**
 * Evaluates a module with the values of its arguments. `scope` is that of the block, `around` the names of the module that
 * the block is in.
 */
export async function evaluateModule<Inner extends Evaluated>(
  module: ModuleDefinition,
  scope: Scope,
  around: readonly string[],
  evaluateInner: EvaluateInner<Inner>,
  diagnostics: Diagnostics,
): Promise<EvaluatedModule<Inner>> {
  const found = new Diagnostics();
  const { by, instances, leftOut } = expand(module.meta, scope, found);
  diagnostics.add(found.list);
  const evaluated: Inner[] = [];
  const outputs: [string, Value][] = [];
  for (const instance of instances) {
    const content = withArguments(module, instance, diagnostics);
    const one = content && (await evaluateInner(content, namesOf(module, instance.key, around), diagnostics));
    if (one) evaluated.push(one);
    outputs.push([instance.key ?? '', one?.outputs ?? Value.unknown()]);
  }
  return {
    value: found.hasErrors ? Value.unknown() : valueOf(by, outputs),
    instances: evaluated,
    isSingle: by === undefined,
    leftOut: leftOut.map(({ key }) => ({
      kind: 'module',
      name: namesOf(module, key, around)[0] as string,
      range: module.headerRange,
    })),
  };
}

/** The declarations of a module with the values that the block gives to its variables. */
function withArguments(
  module: ModuleDefinition,
  { scope }: Instance,
  diagnostics: Diagnostics,
): Declarations | undefined {
  const found = new Diagnostics();
  const variables = new Map(
    [...module.content.variables].map(([name, variable]) => [name, withArgument(variable, module, scope, found)]),
  );
  diagnostics.add(found.list);
  return found.hasErrors ? undefined : { ...module.content, variables };
}

/** A variable with the value that the block gives it. */
function withArgument(
  variable: VariableDeclaration,
  { values }: ModuleDefinition,
  scope: Scope,
  diagnostics: Diagnostics,
): VariableDeclaration {
  const argument = values.get(variable.name);
  if (!argument) return variable;
  const found = new Diagnostics();
  const { range } = argument.expression;
  const given = evaluate(argument.expression, scope, found);
  const value = found.hasErrors
    ? undefined
    : toConstraint(given, variable.constraint, (reason) =>
        reportError(found, messages.argument(variable.name, reason), { subject: range }),
      );
  diagnostics.add(found.list);
  return {
    ...variable,
    assignments: [...variable.assignments, ...(value ? [{ origin: 'module' as const, value, range }] : [])],
  };
}

/** The name of an instance, as names of its builds begin, and the forms without keys that stand for several. */
function namesOf({ name }: ModuleDefinition, key: string | undefined, around: readonly string[]): string[] {
  const own = [...new Set([keyed(name, key), name])];
  return around.flatMap((outer) => own.map((inner) => keyed(outer, inner)));
}

function valueOf(by: 'for_each' | 'count' | undefined, outputs: readonly [string, Value][]): Value {
  if (by === 'for_each') return Value.object(outputs);
  if (by === 'count') return Value.tuple(outputs.map(([, value]) => value));
  // A module that is switched off has no outputs.
  return outputs[0]?.[1] ?? Value.null();
}
