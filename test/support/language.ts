import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Diagnostics, type Diagnostic } from '../../src/hcl/diagnostic.js';
import { evaluate } from '../../src/hcl/eval/evaluate.js';
import type { FunctionContext } from '../../src/hcl/eval/function.js';
import { references } from '../../src/hcl/eval/references.js';
import { Scope } from '../../src/hcl/eval/scope.js';
import { evaluateTypeExpression } from '../../src/hcl/eval/type-expression.js';
import { applyDefaults } from '../../src/hcl/eval/type-defaults.js';
import { createFunctionContext } from '../../src/hcl/functions/context.js';
import { defaultFunctions, standardFunctions } from '../../src/hcl/functions/index.js';
import { parseExpression, parseFile } from '../../src/hcl/syntax/parser.js';
import type { Attribute, Block, Expression } from '../../src/hcl/syntax/ast.js';
import { convert } from '../../src/hcl/values/convert.js';
import { Value } from '../../src/hcl/values/value.js';

/** The result of one expression. */
export interface Evaluated {
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
}

/** The world of a template in `folder`; relative paths count from `root`. */
export function contextFor(folder: string, root = '.', env: Record<string, string> = {}): FunctionContext {
  return createFunctionContext({
    env: { HOME: '/home/tester', ...env },
    templateDirectory: root,
    workingDirectory: folder,
    homeDirectory: '/home/tester',
    now: () => new Date('2031-02-03T04:05:06.789Z'),
    startTime: new Date('2031-02-03T04:05:06.789Z'),
  });
}

/** Parses and evaluates one expression. */
export function evaluateText(text: string, scope: Scope): Evaluated {
  const diagnostics = new Diagnostics();
  const parsed = parseExpression({ name: 'test', text });
  diagnostics.add(parsed.diagnostics);
  const value =
    parsed.expression && !diagnostics.hasErrors ? evaluate(parsed.expression, scope, diagnostics) : Value.unknown();
  return { value, diagnostics: diagnostics.list, failed: diagnostics.hasErrors };
}

/** What a file of `variable`, `variables`, `local` and `locals` blocks makes. */
export interface EvaluatedFile {
  /** With `var`, `local`, `path`, `packer` and a `source` that is not known. */
  readonly scope: Scope;
  readonly diagnostics: readonly Diagnostic[];
  /** The texts in sensitive variables and locals. */
  readonly secrets: readonly string[];
}

/** Evaluates a file of variables and locals, locals in the order in which they need each other. */
export function scopeOf(source: string, context: FunctionContext): EvaluatedFile {
  const diagnostics = new Diagnostics();
  const parsed = parseFile({ name: 'main.pkr.hcl', text: source });
  diagnostics.add(parsed.diagnostics);
  const blocks = parsed.body.items.filter((item): item is Block => item.kind === 'block');
  const variables = new Map<string, Value>();
  const defaults = Scope.create({ variables: new Map(), functions: defaultFunctions, context });
  for (const block of blocks) {
    if (block.type === 'variable')
      variables.set(block.labels[0]?.value ?? '', variableValue(block, defaults, diagnostics));
    if (block.type === 'variables')
      for (const item of attributesOf(block))
        variables.set(item.name, evaluate(item.expression, defaults, diagnostics));
  }
  const locals = new Map<string, Value>();
  const roots = () =>
    Scope.create({
      variables: new Map([
        ['var', Value.object(variables)],
        ['local', Value.object(locals)],
        [
          'path',
          Value.object([
            ['root', Value.string(context.templateDirectory)],
            ['cwd', Value.string(context.workingDirectory)],
          ]),
        ],
        ['packer', Value.object([['version', Value.string('1.16.0')]])],
        ['source', Value.unknown()],
      ]),
      functions: standardFunctions,
      context,
    });
  let waiting: { name: string; expression: Expression; sensitive: boolean }[] = blocks.flatMap((block) => {
    if (block.type === 'locals')
      return attributesOf(block).map(({ name, expression }) => ({ name, expression, sensitive: false }));
    const expression = block.type === 'local' ? attribute(block, 'expression')?.expression : undefined;
    return expression
      ? [{ name: block.labels[0]?.value ?? '', expression, sensitive: attribute(block, 'sensitive') !== undefined }]
      : [];
  });
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const needs = (expression: Expression) =>
      references(expression).some(({ root, path }) => root === 'local' && names.has(path[0] ?? ''));
    const ready = waiting.filter(({ expression }) => !needs(expression));
    if (ready.length === 0) {
      diagnostics.error('test/cycle', 'a cycle');
      break;
    }
    for (const { name, expression, sensitive } of ready) {
      const value = evaluate(expression, roots(), diagnostics);
      locals.set(name, sensitive ? value.withMarks(['sensitive']) : value);
    }
    waiting = waiting.filter((entry) => !ready.includes(entry));
  }
  const secrets = [...variables.values(), ...locals.values()].filter(({ isSensitive }) => isSensitive).flatMap(texts);
  return { scope: roots(), diagnostics: diagnostics.list, secrets };
}

function texts(value: Value): string[] {
  if (!value.isKnown || value.isNull) return [];
  return value.type.kind === 'string' ? [value.text] : value.children().flatMap(texts);
}

function variableValue(block: Block, scope: Scope, diagnostics: Diagnostics): Value {
  const fallback = attribute(block, 'default')?.expression;
  const type = attribute(block, 'type')?.expression;
  const sensitive = attribute(block, 'sensitive') !== undefined;
  let value = fallback ? evaluate(fallback, scope, diagnostics) : Value.unknown();
  const constraint =
    type &&
    evaluateTypeExpression(type, diagnostics, {
      allowOptional: true,
      evaluateDefault: (expression, wanted, faults) => convert(evaluate(expression, scope, faults), wanted),
    });
  if (constraint)
    value = convert(constraint.defaults ? applyDefaults(value, constraint.defaults) : value, constraint.type);
  return sensitive ? value.withMarks(['sensitive']) : value;
}

function attributesOf(block: Block): Attribute[] {
  return block.body.items.filter((item): item is Attribute => item.kind === 'attribute');
}

function attribute(block: Block, name: string): Attribute | undefined {
  return attributesOf(block).find((item) => item.name === name);
}

/** A folder with these files, for as long as `use` runs. */
export function withFiles<T>(files: Record<string, string | { base64: string }>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'imgpack-facts-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
