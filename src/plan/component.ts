import type { BuildValues } from '../contract/artifact.js';
import type { BuildIdentity, Environment } from '../contract/context.js';
import type { JsonObject } from '../contract/json.js';
import type { AnyDefinition } from '../contract/plugin.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import type { SourceRange } from '../hcl/source.js';
import { ImgpackError, type Message } from '../messages/message.js';
import type { Render } from '../template/data-source.js';
import { decodeOptions } from '../template/options/decode-options.js';
import { reportProblems } from '../template/options/problems.js';
import type { RawOptions } from '../template/options/read-options.js';
import type { Secrets } from '../template/secrets.js';
import type { ConfiguredComponent, PlannedComponent } from './plan.js';

export interface ComponentSurroundings {
  readonly environment: Environment;
  readonly identity: Omit<BuildIdentity, 'runId'>;
  readonly force: boolean;
  /** As in `ValidationContext`. */
  readonly isOwnOutput?: (path: string) => Promise<boolean>;
  readonly render: Render;
  /** Gathers what must not be shown. */
  readonly secrets: Secrets;
}

/** A component of a build: where it stands, and how its options are read with given `build.*` values. */
export interface ComponentReading<D extends AnyDefinition> {
  readonly type: string;
  readonly name?: string;
  readonly definition: D;
  readonly headerRange: SourceRange;
  /** Keys of `build.*` that the options refer to. */
  readonly buildKeys: readonly string[];
  readonly read: (values: BuildValues | undefined, diagnostics: Diagnostics) => RawOptions;
}

/**
 * Evaluates, decodes and validates the options of a component with placeholders for what is known at run time only.
 * Undefined, with diagnostics, where something is wrong.
 */
export async function planComponent<D extends AnyDefinition>(
  reading: ComponentReading<D>,
  surroundings: ComponentSurroundings,
  diagnostics: Diagnostics,
): Promise<PlannedComponent<D> | undefined> {
  const found = new Diagnostics();
  const planned = await configure(reading, undefined, surroundings, found);
  diagnostics.add(found.list);
  if (found.hasErrors) return undefined;
  const { type, name, definition, headerRange, buildKeys } = reading;
  return {
    type,
    ...(name !== undefined && { name }),
    place: headerRange,
    options: planned.options,
    definition,
    buildKeys,
    optionsWith: (values) => decode(reading, values, surroundings, new Diagnostics()).options,
    configWith: (values) => decode(reading, values, surroundings, new Diagnostics()).config as JsonObject,
    async configure(values) {
      // Nothing has changed for a component that refers to none of the values.
      if (buildKeys.length === 0 || values === undefined) return { config: planned.config, secrets: [] };
      return configureOrThrow(reading, values, surroundings);
    },
  };
}

async function configureOrThrow<D extends AnyDefinition>(
  reading: ComponentReading<D>,
  values: BuildValues,
  surroundings: ComponentSurroundings,
): Promise<ConfiguredComponent> {
  const found = new Diagnostics();
  const before = new Set(surroundings.secrets.all());
  const { config } = await configure(reading, values, surroundings, found);
  const [first, ...others] = found.list.filter(({ severity }) => severity === 'error');
  if (first) {
    const message: Message = {
      code: first.code,
      text: first.summary,
      ...(first.suggestion !== undefined && { hint: first.suggestion }),
    };
    throw new ImgpackError(message, {
      ...(first.subject && { place: first.subject }),
      details: [...(first.detail === undefined ? [] : [first.detail]), ...others.map(({ summary }) => summary)],
    });
  }
  return { config, secrets: surroundings.secrets.all().filter((secret) => !before.has(secret)) };
}

async function configure<D extends AnyDefinition>(
  reading: ComponentReading<D>,
  values: BuildValues | undefined,
  surroundings: ComponentSurroundings,
  diagnostics: Diagnostics,
): Promise<{ config: never; options: JsonObject }> {
  const decoded = decode(reading, values, surroundings, diagnostics);
  const { definition, headerRange } = reading;
  const validate = definition.validate as
    ((config: never, context: unknown) => ReturnType<NonNullable<AnyDefinition['validate']>>) | undefined;
  if (!diagnostics.hasErrors && validate) {
    const { environment, identity, force, isOwnOutput } = surroundings;
    const build = { ...identity, runId: '' };
    const context = { ...environment, build, force, ...(isOwnOutput && { isOwnOutput }) };
    const problems = await validate.call(definition, decoded.config as never, context);
    reportProblems(problems, decoded.ranges, headerRange, diagnostics);
  }
  return { config: decoded.config as never, options: decoded.options };
}

function decode<D extends AnyDefinition>(
  reading: ComponentReading<D>,
  values: BuildValues | undefined,
  { identity, render, secrets }: ComponentSurroundings,
  diagnostics: Diagnostics,
): ReturnType<typeof decodeOptions> {
  const raw = reading.read(values, diagnostics);
  return decodeOptions(
    raw,
    {
      schema: reading.definition.schema,
      render: (text) => render(text, {}, identity),
      secret: (value, isOption) => (isOption ? secrets.addOption(value) : secrets.addDerived(value)),
    },
    diagnostics,
  );
}
