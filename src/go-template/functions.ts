import { randomBytes } from 'node:crypto';
import { arity, type GoFunction, type GoFunctions } from './builtins.js';
import { GoFunctionError } from './error.js';
import { formatGoTime } from './go-layout.js';
import { strftime } from './strftime.js';
import { typeName, type GoValue } from './values.js';

/** What the functions of templates can know. */
export interface PackerFunctionContext {
  /** Start of the run: `timestamp` and its like stay the same throughout. */
  readonly startTime: Date;
  readonly buildName?: string;
  readonly buildType?: string;
  /** The compatibility version, `1.16.0`. */
  readonly packerVersion: string;
  readonly workingDirectory: string;
  /** The folder of the template; legacy JSON templates have it. */
  readonly templateDirectory?: string;
  /** Writes a text so that a platform takes it as a name; where a platform has such rules. */
  readonly cleanResourceName?: (name: string) => string;
  /** For tests. */
  readonly randomBytes?: (size: number) => Uint8Array;
}

/** Functions that need what only legacy JSON templates have, and what to write instead. */
const LEGACY_ONLY: Readonly<Record<string, string>> = {
  build: 'write `${build.ID}`, with the name that is wanted',
  user: 'write `${var.NAME}`',
  env: 'give a variable the default `env("NAME")`',
  consul_key: 'give a local the value `consul_key("KEY")`',
  vault: 'give a local the value `vault("PATH", "KEY")`',
  aws_secretsmanager: 'give a local the value `aws_secretsmanager("NAME", "KEY")`',
  aws_secretsmanager_raw: 'give a local the value `aws_secretsmanager_raw("NAME")`',
};

/**
 * Packer's functions for `{{ }}`. Those that HCL2 templates cannot use fail when they are called; a loader of legacy
 * templates replaces them.
 */
export function packerFunctions(context: PackerFunctionContext): GoFunctions {
  return {
    ...plainTextFunctions,
    build_name: known('build_name', context.buildName),
    build_type: known('build_type', context.buildType),
    timestamp: (...args) => {
      arity('timestamp', args, 0);
      return String(Math.floor(context.startTime.getTime() / 1000));
    },
    isotime: (...args) => {
      arity('isotime', args, 0, 1);
      return formatGoTime(
        context.startTime,
        args.length === 0 ? '2006-01-02T15:04:05Z07:00' : textOf('isotime', args[0]),
      );
    },
    strftime: (...args) => {
      arity('strftime', args, 1);
      return strftime(context.startTime, textOf('strftime', args[0]));
    },
    uuid: (...args) => {
      arity('uuid', args, 0);
      return timeOrderedUuid(new Date(), context.randomBytes ?? randomBytes);
    },
    pwd: known('pwd', context.workingDirectory),
    template_dir: known('template_dir', context.templateDirectory, 'write `${path.root}`'),
    packer_version: known('packer_version', context.packerVersion),
    clean_resource_name: (...args) => {
      arity('clean_resource_name', args, 1);
      if (!context.cleanResourceName) throw new GoFunctionError('`clean_resource_name` has no meaning here');
      return context.cleanResourceName(textOf('clean_resource_name', args[0]));
    },
    sed: () => {
      throw new GoFunctionError('`sed` is no longer there: use `replace`, or a function of HCL2');
    },
    ...Object.fromEntries(
      Object.entries(LEGACY_ONLY).map(([name, instead]): [string, GoFunction] => [
        name,
        () => {
          throw new GoFunctionError(`\`${name}\` is for legacy JSON templates: ${instead}`);
        },
      ]),
    ),
  };
}

const plainTextFunctions: GoFunctions = {
  upper: (...args) => {
    arity('upper', args, 1);
    return textOf('upper', args[0]).toUpperCase();
  },
  lower: (...args) => {
    arity('lower', args, 1);
    return textOf('lower', args[0]).toLowerCase();
  },
  split: (...args) => {
    arity('split', args, 3);
    const [input, separator] = [textOf('split', args[0]), textOf('split', args[1])];
    const parts = separator === '' ? [...input] : input.split(separator);
    const part = parts[numberOf('split', args[2])];
    if (part === undefined)
      throw new GoFunctionError(`\`split\` made ${parts.length} parts, none of them number ${String(args[2])}`);
    return part;
  },
  replace: (...args) => {
    arity('replace', args, 4);
    const [old, fresh, count, source] = args;
    return replaceSome(
      textOf('replace', source),
      textOf('replace', old),
      textOf('replace', fresh),
      numberOf('replace', count),
    );
  },
  replace_all: (...args) => {
    arity('replace_all', args, 3);
    const [old, fresh, source] = args.map((arg) => textOf('replace_all', arg)) as [string, string, string];
    return replaceSome(source, old, fresh, -1);
  },
};

function known(name: string, value: string | undefined, instead = 'it has no value here'): GoFunction {
  return (...args) => {
    arity(name, args, 0);
    if (value === undefined) throw new GoFunctionError(`\`${name}\` is not known here: ${instead}`);
    return value;
  };
}

function textOf(name: string, value: GoValue): string {
  if (typeof value === 'string') return value;
  throw new GoFunctionError(`\`${name}\` takes a string here, not a value of type ${typeName(value)}`);
}

function numberOf(name: string, value: GoValue): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new GoFunctionError(`\`${name}\` takes an integer here, not a value of type ${typeName(value)}`);
}

/** The first `count` occurrences, or all where it is negative. An empty text is found between all characters. */
function replaceSome(source: string, old: string, fresh: string, count: number): string {
  const parts = old === '' ? ['', ...source, ''] : source.split(old);
  const pieces = count < 0 ? parts.length : Math.min(parts.length, count + 1);
  return (
    parts.slice(0, pieces).join(fresh) +
    parts
      .slice(pieces)
      .map((part) => old + part)
      .join('')
  );
}

/** A UUID that begins with the time in seconds, so that later ones sort behind earlier ones. */
function timeOrderedUuid(now: Date, random: (size: number) => Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(Math.floor(now.getTime() / 1000) >>> 0, 0);
  bytes.set(random(12), 4);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
