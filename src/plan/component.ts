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
import type { ArtifactReference, LateValues } from './late-values.js';
import { messages } from './messages.js';
import type { ConfiguredComponent, PlannedComponent } from './plan.js';

export interface ComponentSurroundings {
  readonly environment: Environment;
  readonly identity: Omit<BuildIdentity, 'runId'>;
  readonly force: boolean;
  /** As in `ValidationContext`. */
  readonly isOwnOutput?: (path: string) => Promise<boolean>;
  readonly render: Render;
  /** Options were rendered while they were read. */
  readonly isRendered?: true;
  /** Gathers what must not be shown. */
  readonly secrets: Secrets;
}

/** A component of a build: where it stands, and how its options are read with given late values. */
export interface ComponentReading<D extends AnyDefinition> {
  readonly type: string;
  readonly name?: string;
  readonly definition: D;
  readonly headerRange: SourceRange;
  /** Keys of `build.*` that the options refer to. */
  readonly buildKeys: readonly string[];
  /** What they refer to of the artifacts of other builds. */
  readonly artifacts: readonly ArtifactReference[];
  readonly read: (values: LateValues | undefined, diagnostics: Diagnostics) => RawOptions;
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
  const { type, name, definition, headerRange, buildKeys, artifacts } = reading;
  return {
    type,
    ...(name !== undefined && { name }),
    place: headerRange,
    options: planned.options,
    definition,
    buildKeys,
    artifacts,
    optionsWith: (values) => decode(reading, values, surroundings, new Diagnostics()).options,
    configWith: (values) => decode(reading, values, surroundings, new Diagnostics()).config as JsonObject,
    async configure(values) {
      // Nothing has changed for a component that refers to none of the values.
      const asks = (buildKeys.length > 0 && values?.build) || (artifacts.length > 0 && values?.artifacts);
      if (!asks || !values) return { config: planned.config, secrets: [] };
      return configureOrThrow(reading, values, surroundings);
    },
  };
}

async function configureOrThrow<D extends AnyDefinition>(
  reading: ComponentReading<D>,
  values: LateValues,
  surroundings: ComponentSurroundings,
): Promise<ConfiguredComponent> {
  for (const { build, name, attribute, range } of reading.artifacts) {
    const made = values.artifacts?.get(build);
    if (made && made.path === undefined && attribute === 'path')
      throw new ImgpackError(messages.artifactWithoutFiles(name), { place: range });
  }
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
  values: LateValues | undefined,
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
    // What depends on the artifact of another build is checked again when that is there.
    const waits = reading.artifacts.length > 0 && !values?.artifacts && decoded.unknown.size > 0;
    const isOpen = (option: string | undefined): boolean =>
      waits && (option === undefined || isUnknown(option, decoded.unknown));
    const certain = problems.filter(({ option }) => !isOpen(option));
    reportProblems(certain, decoded.ranges, headerRange, diagnostics);
  }
  return { config: decoded.config as never, options: decoded.options };
}

/** Whether the value of an option, or of one around it, is not known before another build is done. */
function isUnknown(option: string, unknown: ReadonlySet<string>): boolean {
  return [...unknown].some((path) => option === path || option.startsWith(`${path}.`) || option.startsWith(`${path}[`));
}

function decode<D extends AnyDefinition>(
  reading: ComponentReading<D>,
  values: LateValues | undefined,
  { identity, render, isRendered, secrets }: ComponentSurroundings,
  diagnostics: Diagnostics,
): ReturnType<typeof decodeOptions> {
  const raw = reading.read(values, diagnostics);
  const renderDefault = (text: string): string => render(text, {}, identity);
  return decodeOptions(
    raw,
    {
      schema: reading.definition.schema,
      render: isRendered ? (text) => text : renderDefault,
      renderDefault,
      secret: (value, isOption) => (isOption ? secrets.addOption(value) : secrets.addDerived(value)),
    },
    diagnostics,
  );
}
