import type { Environment } from '../contract/context.js';
import type { Registry } from '../contract/plugin.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { Scope } from '../hcl/eval/scope.js';
import { Value } from '../hcl/values/value.js';
import { evaluateDataSource, type DataSourceSurroundings } from './data-source.js';
import type { Definition, LocalDefinition, ModuleDefinition } from './declarations.js';
import { dependencies } from './definitions.js';
import type { GraphNode } from './graph.js';
import { runInOrder } from './graph.js';
import { dataValue } from './scopes.js';
import type { Secrets } from './secrets.js';

export interface EvaluationOptions extends DataSourceSurroundings {
  readonly registry: Registry;
  readonly environment: Environment;
  /** Data sources first, then locals: data sources cannot use locals. */
  readonly sequential: boolean;
  readonly secrets: Secrets;
  /** The outputs of a module, whose block is in `scope`. */
  readonly evaluateModule: (module: ModuleDefinition, scope: Scope, diagnostics: Diagnostics) => Promise<Value>;
}

/** Values of locals, data sources and modules by key: `local.NAME`, `data.TYPE.NAME`, `module.NAME`. */
export type DefinitionValues = ReadonlyMap<string, Value>;

/**
 * Evaluates locals, data sources and modules, each after what it needs and independent data sources at the same time. `scope`
 * holds `var` and the rest. What fails is unknown, and what needs it is passed over in silence.
 */
export async function evaluateDefinitions(
  definitions: ReadonlyMap<string, Definition>,
  scope: Scope,
  options: EvaluationOptions,
  diagnostics: Diagnostics,
): Promise<DefinitionValues> {
  // Faults from before (`inspect` goes on with unset variables) are no reason to leave everything open.
  const shape = new Diagnostics();
  const nodes = dependencies(definitions, shape);
  diagnostics.add(shape.list);
  if (shape.hasErrors) return new Map([...definitions.keys()].map((key) => [key, Value.unknown()]));
  const order = options.sequential ? dataFirst(nodes) : nodes;
  const values = new Map<string, Value>();
  const failed = new Set<string>();
  const faults = new Map<string, Diagnostics>();
  await runInOrder(order, async ({ key, needs, definition }) => {
    const found = new Diagnostics();
    faults.set(key, found);
    const isHidden = (need: string): boolean =>
      options.sequential && definition.kind === 'data' && !need.startsWith('data.');
    const seen = needs.filter((need) => !isHidden(need));
    const value = seen.some((need) => failed.has(need))
      ? Value.unknown()
      : await evaluateOne(definition, scopeFor(scope, seen, values, definitions), options, found);
    if (found.hasErrors || seen.some((need) => failed.has(need))) failed.add(key);
    values.set(key, value);
  });
  for (const key of definitions.keys()) diagnostics.add(faults.get(key)?.list ?? []);
  return values;
}

async function evaluateOne(
  definition: Definition,
  scope: Scope,
  options: EvaluationOptions,
  diagnostics: Diagnostics,
): Promise<Value> {
  if (definition.kind === 'data') return evaluateDataSource(definition, scope, options, diagnostics);
  if (definition.kind === 'module') return options.evaluateModule(definition, scope, diagnostics);
  return evaluateLocal(definition, scope, options.secrets, diagnostics);
}

function evaluateLocal(local: LocalDefinition, scope: Scope, secrets: Secrets, diagnostics: Diagnostics): Value {
  const value = evaluate(local.expression, scope, diagnostics);
  if (!local.sensitive) return value;
  secrets.addValue(value);
  return value.withMarks(['sensitive']);
}

/** The scope of one definition: it sees what it needs and nothing else. */
function scopeFor(
  scope: Scope,
  needs: readonly string[],
  values: ReadonlyMap<string, Value>,
  definitions: ReadonlyMap<string, Definition>,
): Scope {
  const locals: [string, Value][] = [];
  const data: [string, string, Value][] = [];
  const modules: [string, Value][] = [];
  for (const need of needs) {
    const definition = definitions.get(need) as Definition;
    const value = values.get(need) ?? Value.unknown();
    if (definition.kind === 'data') data.push([definition.type, definition.name, value]);
    else (definition.kind === 'local' ? locals : modules).push([definition.name, value]);
  }
  return scope.child([
    ['local', Value.object(locals)],
    ['data', dataValue(data)],
    ...(modules.length > 0 ? [['module', Value.object(modules)] as const] : []),
  ]);
}

type Node = GraphNode & { readonly definition: Definition };

/** Every local waits for every data source, and no data source for a local. */
function dataFirst(nodes: ReadonlyMap<string, Node>): Map<string, Node> {
  const data = [...nodes.values()].filter(({ definition }) => definition.kind === 'data').map(({ key }) => key);
  const order = new Map<string, Node>();
  for (const [key, node] of nodes) {
    const isData = node.definition.kind === 'data';
    const needs = isData
      ? node.needs.filter((need) => need.startsWith('data.'))
      : [...new Set([...node.needs, ...data])];
    order.set(key, { ...node, needs });
  }
  return order;
}
