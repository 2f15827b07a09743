import type { Diagnostics } from '../hcl/diagnostic.js';
import { references } from '../hcl/eval/references.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceRange } from '../hcl/source.js';
import type { Expression } from '../hcl/syntax/ast.js';
import { BOOL } from '../hcl/values/type.js';
import type { Message } from '../messages/message.js';
import { nearest } from '../messages/near.js';
import { readBody, type ContentBlock } from './body.js';
import { evaluateAs, evaluateConstant } from './constant.js';
import type { DataDefinition, Definition, LocalDefinition } from './declarations.js';
import { expressionsOf } from './expressions-of.js';
import { findCycles, type GraphNode } from './graph.js';
import { messages } from './messages.js';
import { messages as moduleMessages } from './modules/messages.js';
import { at, reportError } from './report.js';
import { ANYTHING, LOCAL } from './structure.js';
import { isIdentifier } from './variables.js';

/** Reads `locals`, `local` and `data` blocks, unevaluated, in the order written. */
export function readDefinitions(
  blocks: readonly ContentBlock[],
  empty: Scope,
  diagnostics: Diagnostics,
): Map<string, Definition> {
  const definitions = new Map<string, Definition>();
  const add = (definition: LocalDefinition | DataDefinition | undefined, range: SourceRange | undefined): void => {
    if (!definition || !range) return;
    const before = definitions.get(definition.key);
    if (!before) {
      definitions.set(definition.key, definition);
      return;
    }
    const message =
      definition.kind === 'local'
        ? messages.duplicateLocal(definition.name, at(before.range))
        : messages.duplicateData(definition.type, definition.name, at(before.range));
    reportError(diagnostics, message, { subject: range });
  };
  for (const block of blocks) {
    if (block.type === 'locals') {
      const { attributes } = readBody(block.body, ANYTHING, diagnostics);
      for (const { name, expression, range, nameRange } of attributes.values())
        add({ kind: 'local', key: `local.${name}`, name, expression, sensitive: false, range }, nameRange);
    } else if (block.type === 'local') {
      const local = readLocal(block, empty, diagnostics);
      add(local, local?.range);
    } else add(readData(block, diagnostics), block.headerRange);
  }
  return definitions;
}

function readLocal(block: ContentBlock, empty: Scope, diagnostics: Diagnostics): LocalDefinition | undefined {
  const [label] = block.labels;
  if (!label || !validName('local', label, diagnostics)) return undefined;
  const { attributes } = readBody(block.body, LOCAL, diagnostics, { header: block.headerRange });
  const expression = attributes.get('expression')?.expression;
  if (!expression)
    reportError(diagnostics, messages.localWithoutExpression(label.value), { subject: block.headerRange });
  const sensitive = attributes.get('sensitive');
  const marked =
    sensitive && evaluateAs(sensitive, BOOL, (item) => evaluateConstant(item, empty, diagnostics), diagnostics)?.truth;
  if (!expression) return undefined;
  return {
    kind: 'local',
    key: `local.${label.value}`,
    name: label.value,
    expression,
    sensitive: marked === true,
    range: expression.range,
  };
}

function readData(block: ContentBlock, diagnostics: Diagnostics): DataDefinition | undefined {
  const [type, name] = block.labels;
  if (!type || !name) return undefined;
  if (!validName('data source', type, diagnostics) || !validName('data source', name, diagnostics)) return undefined;
  return {
    kind: 'data',
    key: `data.${type.value}.${name.value}`,
    type: type.value,
    name: name.value,
    typeRange: type.range,
    body: block.body,
    headerRange: block.headerRange,
    range: block.range,
  };
}

function validName(kind: string, label: { value: string; range: SourceRange }, diagnostics: Diagnostics): boolean {
  if (isIdentifier(label.value)) return true;
  reportError(diagnostics, messages.invalidName(kind, label.value), { subject: label.range });
  return false;
}

/**
 * What every definition needs, seen in its expressions without evaluating them. References to what is not there, and
 * circles, are reported.
 */
export function dependencies(
  definitions: ReadonlyMap<string, Definition>,
  diagnostics: Diagnostics,
): Map<string, GraphNode & { readonly definition: Definition }> {
  const nodes = new Map<string, GraphNode & { readonly definition: Definition }>();
  for (const [key, definition] of definitions) {
    const needs = new Set<string>();
    for (const expression of expressionsIn(definition)) collectNeeds(expression, definitions, needs, diagnostics);
    nodes.set(key, { key, needs: [...needs], definition });
  }
  for (const cycle of findCycles(nodes)) {
    const first = definitions.get(cycle[0] as string) as Definition;
    reportError(diagnostics, messages.dependencyCycle(cycle), {
      subject: first.kind === 'local' ? first.range : first.headerRange,
    });
  }
  return nodes;
}

function expressionsIn(definition: Definition): Iterable<Expression> {
  if (definition.kind === 'local') return [definition.expression];
  if (definition.kind === 'data') return expressionsOf(definition.body);
  return [...definition.meta.values(), ...definition.values.values()].map(({ expression }) => expression);
}

function collectNeeds(
  expression: Expression,
  definitions: ReadonlyMap<string, Definition>,
  needs: Set<string>,
  diagnostics: Diagnostics,
): void {
  const all = [...definitions.values()];
  const hasModules = all.some(({ kind }) => kind === 'module');
  for (const { root, path, range } of references(expression)) {
    // Without modules `module` is no name, as in Packer.
    if (root !== 'local' && root !== 'data' && !(root === 'module' && hasModules)) continue;
    const parts = path.slice(0, root === 'data' ? 2 : 1);
    const key = [root, ...parts].join('.');
    if (definitions.has(key)) needs.add(key);
    else reportError(diagnostics, missing(root, parts, all), { subject: range });
  }
}

/** What to say of a reference to something that is not there, or that names too little. */
function missing(root: 'local' | 'data' | 'module', parts: readonly string[], all: readonly Definition[]): Message {
  const [first, second] = parts;
  const names = all.flatMap((item) => (item.kind !== root ? [] : [item.kind === 'data' ? item.key : item.name]));
  if (root === 'data') {
    if (first === undefined || second === undefined) return messages.wholeData();
    return messages.undeclaredData(first, second, nearest(`data.${first}.${second}`, names));
  }
  if (first === undefined) return root === 'local' ? messages.wholeLocals() : moduleMessages.whole();
  const meant = nearest(first, names);
  return root === 'local' ? messages.undeclaredLocal(first, meant) : moduleMessages.undeclared(first, meant);
}
