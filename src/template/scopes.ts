import { homedir } from 'node:os';
import type { Environment } from '../contract/context.js';
import { createFunctionContext } from '../hcl/functions/context.js';
import { defaultFunctions, standardFunctions } from '../hcl/functions/index.js';
import { createScope, type Scope } from '../hcl/eval/scope.js';
import { STRING } from '../hcl/values/type.js';
import { Value } from '../hcl/values/value.js';
import { NO_FUNCTIONS } from './constant.js';
import { COMPATIBLE_PACKER_VERSION } from './packer-version.js';

/** The scopes in which parts of a template are evaluated. */
export interface Scopes {
  /** No variables, no functions. */
  readonly empty: Scope;
  /** Default values: all functions, and `env`. */
  readonly defaults: Scope;
  /** Conditions of variables: all functions, and files count from the working directory. */
  readonly conditions: Scope;
  /** Everything else, before `var`, `local` and `data` are there. */
  readonly general: Scope;
}

/** Makes the scopes of a template whose `path.root` is `root`. `startTime` is what `timestamp()` gives. */
export function makeScopes(root: string, environment: Environment, startTime = environment.now()): Scopes {
  const world = {
    env: environment.env,
    workingDirectory: environment.workingDirectory,
    homeDirectory: environment.env['HOME'] || homedir(),
    now: environment.now,
    startTime,
  };
  const context = createFunctionContext({ ...world, templateDirectory: root });
  const besideWork = createFunctionContext({ ...world, templateDirectory: environment.workingDirectory });
  const none: ReadonlyMap<string, Value> = new Map();
  const variables = new Map([
    ['path', pathValue(root, environment.workingDirectory)],
    ['packer', packerValue()],
    [
      'source',
      Value.object([
        ['name', Value.unknown(STRING)],
        ['type', Value.unknown(STRING)],
      ]),
    ],
    ['build', Value.object([])],
  ]);
  return {
    empty: createScope({ variables: none, functions: NO_FUNCTIONS, context }),
    defaults: createScope({ variables: none, functions: defaultFunctions, context }),
    conditions: createScope({ variables: none, functions: standardFunctions, context: besideWork }),
    general: createScope({ variables, functions: standardFunctions, context }),
  };
}

function pathValue(root: string, workingDirectory: string): Value {
  return Value.object([
    ['cwd', Value.string(workingDirectory.replaceAll('\\', '/'))],
    ['root', Value.string(root)],
  ]);
}

function packerValue(): Value {
  return Value.object([
    ['version', Value.string(COMPATIBLE_PACKER_VERSION)],
    ['iterationID', Value.unknown(STRING)],
    ['versionFingerprint', Value.unknown(STRING)],
  ]);
}

/** `data`: an object by type of objects by name. */
export function dataValue(values: Iterable<readonly [type: string, name: string, value: Value]>): Value {
  const types = new Map<string, [string, Value][]>();
  for (const [type, name, value] of values) types.set(type, [...(types.get(type) ?? []), [name, value]]);
  return Value.object([...types].map(([type, entries]) => [type, Value.object(entries)]));
}
