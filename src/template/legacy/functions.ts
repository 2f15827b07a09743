import type { Environment } from '../../contract/context.js';
import type { Json } from '../../contract/json.js';
import { createFunctionContext } from '../../hcl/functions/context.js';
import { standardFunctions } from '../../hcl/functions/index.js';
import { FunctionError, type FunctionContext } from '../../hcl/eval/function.js';
import { STRING } from '../../hcl/values/type.js';
import { Value } from '../../hcl/values/value.js';
import { packerFunctions } from '../../go-template/functions.js';
import { GoFunctionError, type GoFunction, type GoFunctions } from '../../go-template/render.js';
import { COMPATIBLE_PACKER_VERSION } from '../packer-version.js';

/** What the functions of one legacy template know. */
export interface LegacyWorld {
  readonly environment: Environment;
  /** Absolute. */
  readonly templateDirectory: string;
  readonly startTime: Date;
  readonly homeDirectory: string;
}

/** Which build asks. */
export interface LegacyBuild {
  readonly sourceLabel: string;
  readonly builderType: string;
  /** As the component has it whose options are rendered. */
  readonly cleanResourceName?: (text: string) => string;
}

/** Thrown by `user` within `variables` for a name that has no value, or none yet. */
export class UnsetUserVariable extends GoFunctionError {
  constructor(readonly variable: string) {
    super(`the variable \`${variable}\` is not set`);
  }
}

const SECRET_STORES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  consul_key: [1, 1],
  vault: [2, 2],
  aws_secretsmanager: [1, 2],
  aws_secretsmanager_raw: [1, 1],
};

/** The functions within `variables`: the environment and secret stores, and variables that have a value already. */
export function variableFunctions(
  world: LegacyWorld,
  known: ReadonlyMap<string, string>,
  onSecret: (text: string) => void,
): GoFunctions {
  const { environment } = world;
  const context = createFunctionContext({
    env: environment.env,
    workingDirectory: environment.workingDirectory,
    templateDirectory: world.templateDirectory,
    homeDirectory: world.homeDirectory,
    now: environment.now,
    startTime: world.startTime,
  });
  return {
    ...common(world),
    env: (...args) => environment.env[onlyText('env', args)] ?? '',
    user: (...args) => {
      const name = onlyText('user', args);
      const value = known.get(name);
      if (value === undefined) throw new UnsetUserVariable(name);
      return value;
    },
    ...Object.fromEntries(
      Object.entries(SECRET_STORES).map(([name, arity]) => [name, secretStore(name, arity, context, onSecret)]),
    ),
  };
}

/**
 * The functions of everything else. `build` gives real values where there are any; a name that no component can have is
 * refused.
 */
export function optionFunctions(
  world: LegacyWorld,
  variables: ReadonlyMap<string, string>,
  build: LegacyBuild | undefined,
  valueOf: ((key: string) => Json | undefined) | undefined,
): GoFunctions {
  return {
    ...common(world, build),
    user: (...args) => variables.get(onlyText('user', args)) ?? '',
    env: only('env'),
    ...Object.fromEntries(Object.keys(SECRET_STORES).map((name) => [name, only(name)])),
    ...(valueOf && {
      build: (...args) => {
        const key = onlyText('build', args);
        const value = valueOf(key);
        if (value === undefined) throw new GoFunctionError(`a build has no value \`${key}\``);
        return typeof value === 'string' ? value : JSON.stringify(value);
      },
    }),
  };
}

function common(world: LegacyWorld, build?: LegacyBuild): GoFunctions {
  const functions = packerFunctions({
    startTime: world.startTime,
    packerVersion: COMPATIBLE_PACKER_VERSION,
    workingDirectory: world.environment.workingDirectory,
    templateDirectory: world.templateDirectory,
    ...(build && { buildName: build.sourceLabel, buildType: build.builderType }),
    ...(build?.cleanResourceName && { cleanResourceName: build.cleanResourceName }),
  });
  return {
    ...functions,
    build: () => {
      throw new GoFunctionError('`build` has values in provisioners and post-processors only');
    },
  };
}

function secretStore(
  name: string,
  [min, max]: readonly [number, number],
  context: FunctionContext,
  onSecret: (text: string) => void,
): GoFunction {
  return (...args) => {
    if (args.length < min || args.length > max) throw new GoFunctionError(`\`${name}\` has ${args.length} arguments`);
    const definition = standardFunctions.get(name);
    if (!definition || !('call' in definition)) throw new GoFunctionError(`\`${name}\` is not there`);
    const texts = args.map((arg) => Value.string(textOf(name, arg)));
    while (texts.length < definition.parameters.length) texts.push(Value.null(STRING));
    try {
      const { text } = definition.call(texts, context).withoutMarks();
      onSecret(text);
      return text;
    } catch (error) {
      if (error instanceof FunctionError) throw new GoFunctionError(error.message, { cause: error });
      throw error;
    }
  };
}

function only(name: string): GoFunction {
  return () => {
    throw new GoFunctionError(`\`${name}\` can be used in \`variables\` only: refer to the variable with \`user\``);
  };
}

function onlyText(name: string, args: readonly unknown[]): string {
  if (args.length !== 1) throw new GoFunctionError(`\`${name}\` takes 1 argument, not ${args.length}`);
  return textOf(name, args[0]);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GoFunctionError(`\`${name}\` takes a string`);
}
