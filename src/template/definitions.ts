import type { Diagnostics } from '../hcl/diagnostic.js';
import { references } from '../hcl/eval/references.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceRange } from '../hcl/source.js';
import type { Body, Expression } from '../hcl/syntax/ast.js';
import { BOOL } from '../hcl/values/type.js';
import { nearest } from '../messages/near.js';
import { readBody, type ContentBlock } from './body.js';
import { evaluateAs, evaluateConstant } from './constant.js';
import { expressionsOf } from './expressions-of.js';
import { findCycles, type GraphNode } from './graph.js';
import { messages } from './messages.js';
import { at, reportError } from './report.js';
import { ANYTHING, LOCAL } from './structure.js';
import { isIdentifier } from './variables.js';

/** A local as written. */
export interface LocalDefinition {
  readonly kind: 'local';
  readonly key: string;
  readonly name: string;
  readonly expression: Expression;
  readonly sensitive: boolean;
  readonly range: SourceRange;
}

/** A data source as written. */
export interface DataDefinition {
  readonly kind: 'data';
  readonly key: string;
  readonly type: string;
  readonly name: string;
  readonly typeRange: SourceRange;
  readonly body: Body;
  readonly headerRange: SourceRange;
  readonly range: SourceRange;
}

export type Definition = LocalDefinition | DataDefinition;

/** Reads `locals`, `local` and `data` blocks, unevaluated, in the order written. */
export function readDefinitions(
  blocks: readonly ContentBlock[],
  empty: Scope,
  diagnostics: Diagnostics,
): Map<string, Definition> {
  const definitions = new Map<string, Definition>();
  const add = (definition: Definition | undefined, range: SourceRange | undefined): void => {
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
    const expressions = definition.kind === 'local' ? [definition.expression] : expressionsOf(definition.body);
    const needs = new Set<string>();
    for (const expression of expressions) collectNeeds(expression, definitions, needs, diagnostics);
    nodes.set(key, { key, needs: [...needs], definition });
  }
  for (const cycle of findCycles(nodes)) {
    const first = definitions.get(cycle[0] as string) as Definition;
    reportError(diagnostics, messages.dependencyCycle(cycle), {
      subject: first.kind === 'data' ? first.headerRange : first.range,
    });
  }
  return nodes;
}

function collectNeeds(
  expression: Expression,
  definitions: ReadonlyMap<string, Definition>,
  needs: Set<string>,
  diagnostics: Diagnostics,
): void {
  for (const { root, path, range } of references(expression)) {
    if (root !== 'local' && root !== 'data') continue;
    const parts = path.slice(0, root === 'local' ? 1 : 2);
    const key = [root, ...parts].join('.');
    if (parts.length < (root === 'local' ? 1 : 2)) {
      reportError(diagnostics, root === 'local' ? messages.wholeLocals() : messages.wholeData(), { subject: range });
    } else if (definitions.has(key)) needs.add(key);
    else if (root === 'local') {
      const names = [...definitions.values()].flatMap((item) => (item.kind === 'local' ? [item.name] : []));
      reportError(diagnostics, messages.undeclaredLocal(parts[0] as string, nearest(parts[0] as string, names)), {
        subject: range,
      });
    } else {
      const names = [...definitions.values()].flatMap((item) => (item.kind === 'data' ? [item.key] : []));
      const [type, name] = parts as [string, string];
      reportError(diagnostics, messages.undeclaredData(type, name, nearest(key, names)), { subject: range });
    }
  }
}
