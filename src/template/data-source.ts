import type { Environment } from '../contract/context.js';
import type { JsonObject } from '../contract/json.js';
import type { DataSourceDefinition, Registry } from '../contract/plugin.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import type { Scope } from '../hcl/eval/scope.js';
import { convert } from '../hcl/values/convert.js';
import { fromJson } from '../hcl/values/json.js';
import { Value } from '../hcl/values/value.js';
import { CancelledError, ImgpackError } from '../messages/message.js';
import { nearest } from '../messages/near.js';
import { NO_ITERATORS } from './body.js';
import type { DataDefinition } from './declarations.js';
import { messages } from './messages.js';
import { decodeOptions } from './options/decode-options.js';
import { reportProblems } from './options/problems.js';
import { readOptions } from './options/read-options.js';
import { outputType, valueTypeOf } from './options/schema.js';
import { reportError } from './report.js';
import type { Secrets } from './secrets.js';

/** Renders `{{ }}` of an option; throws where that fails. */
export type Render = (
  text: string,
  data: JsonObject,
  build?: { readonly sourceLabel: string; readonly builderType: string },
) => string;

export interface DataSourceSurroundings {
  readonly registry: Registry;
  readonly environment: Environment;
  /** Run them; else they are unknowns of their output type. */
  readonly evaluateDataSources: boolean;
  readonly ignoreMissingPlugins: boolean;
  readonly signal: AbortSignal;
  readonly render: Render;
  readonly log: (text: string) => void;
  readonly secrets: Secrets;
}

/** The value of one data source, or an unknown of its type where it is not to be run. */
export async function evaluateDataSource(
  data: DataDefinition,
  scope: Scope,
  surroundings: DataSourceSurroundings,
  diagnostics: Diagnostics,
): Promise<Value> {
  const { registry, environment, secrets } = surroundings;
  const definition = await registry.load('data-source', data.type);
  if (!definition) {
    if (!surroundings.ignoreMissingPlugins)
      reportError(
        diagnostics,
        messages.unknownDataSource(data.type, nearest(data.type, registry.types('data-source'))),
        {
          subject: data.typeRange,
          context: data.headerRange,
        },
      );
    return Value.unknown();
  }
  const found = new Diagnostics();
  const render = (text: string): string => surroundings.render(text, {});
  const raw = readOptions(
    data.body,
    { schema: definition.schema, scope, iterators: NO_ITERATORS, headerRange: data.headerRange, withoutDynamic: true },
    found,
  );
  const decoded = decodeOptions(
    raw,
    {
      schema: definition.schema,
      render,
      renderDefault: render,
      secret: (value, isOption) => (isOption ? secrets.addOption(value) : secrets.addDerived(value)),
    },
    found,
  );
  if (!found.hasErrors && definition.validate) {
    const build = { name: '', blockName: '', sourceLabel: '', sourceName: '', builderType: data.type, runId: '' };
    const problems = await definition.validate(decoded.config as never, { ...environment, build, force: false });
    reportProblems(problems, decoded.ranges, data.headerRange, found);
  }
  diagnostics.add(found.list);
  const unknown = Value.unknown(outputType(definition.outputs));
  if (found.hasErrors || !surroundings.evaluateDataSources) return unknown;
  return run(definition, decoded.config, data, surroundings, diagnostics);
}

async function run(
  definition: DataSourceDefinition,
  config: Record<string, unknown>,
  data: DataDefinition,
  { environment, signal, log, render, secrets }: DataSourceSurroundings,
  diagnostics: Diagnostics,
): Promise<Value> {
  try {
    const result = await definition.run(config as never, { ...environment, signal, log, render });
    const value = toOutputs(definition, result);
    for (const [name, spec] of Object.entries(definition.outputs)) {
      const output = value.entries.get(name);
      if (spec.sensitive && output) secrets.addValue(output);
    }
    return value;
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof Error)) throw error;
    const details = error instanceof ImgpackError ? error.details.join('\n') : '';
    const hint = error instanceof ImgpackError && error.hint !== undefined ? { hint: error.hint } : {};
    reportError(
      diagnostics,
      { ...messages.dataSourceFailed(data.type, data.name, error.message), ...hint },
      { subject: data.headerRange, ...(details !== '' && { detail: details }) },
    );
    return Value.unknown(outputType(definition.outputs));
  }
}

/** The result as a value of the announced type; what is missing is null. */
function toOutputs(definition: DataSourceDefinition, result: JsonObject): Value {
  const entries = Object.entries(definition.outputs).map(([name, spec]): [string, Value] => {
    const type = valueTypeOf(spec.type);
    const value = convert(fromJson(result[name] ?? null), type);
    return [name, spec.sensitive ? value.withMarks(['sensitive']) : value];
  });
  return Value.object(entries);
}
