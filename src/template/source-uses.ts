import { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceRange } from '../hcl/source.js';
import type { Attribute } from '../hcl/syntax/ast.js';
import { STRING, listOf } from '../hcl/values/type.js';
import { nearest } from '../messages/near.js';
import { readBody, type ContentBlock } from './body.js';
import { convertOr, evaluateAs } from './constant.js';
import { keyed } from './expansion.js';
import { messages as expansionMessages } from './expansion-messages.js';
import { messages } from './messages.js';
import { reportError } from './report.js';
import { SOURCE_USE } from './structure.js';
import type { Sources } from './sources.js';
import type { SourceAddition, SourceBlock, SourceUse } from './template.js';
import { isIdentifier } from './variables.js';

/** The items of `sources`: an expression that gives a list of references as strings. */
export function readSourceList(
  attribute: Attribute,
  context: SourceRange,
  scope: Scope,
  sources: Sources,
  diagnostics: Diagnostics,
): SourceUse[] {
  const { expression } = attribute;
  const found = new Diagnostics();
  const value = evaluate(expression, scope, found);
  diagnostics.add(found.list);
  if (found.hasErrors) return [];
  const list = convertOr(value, listOf(STRING), (reason) =>
    reportError(diagnostics, messages.unsuitableType('sources', 'a list of strings'), {
      subject: expression.range,
      detail: reason,
    }),
  );
  if (!list) return [];
  if (!list.isWhollyKnown) {
    reportError(diagnostics, messages.notKnownYet('sources'), { subject: expression.range });
    return [];
  }
  if (list.isNull) {
    reportError(diagnostics, messages.noSources(), { subject: expression.range, context });
    return [];
  }
  return list.items.flatMap((item, i) => {
    const range = (expression.kind === 'tuple' && expression.items[i]?.range) || expression.range;
    const reference = item.isNull ? undefined : parseReference(item.text, sources);
    if (reference) return usesOf(reference, { range, context }, sources, diagnostics);
    reportError(diagnostics, messages.sourceReference(item.isNull ? 'null' : item.text), { subject: range, context });
    return [];
  });
}

/** A `source` block within a build. */
export function readSourceUse(
  block: ContentBlock,
  context: SourceRange,
  general: Scope,
  sources: Sources,
  diagnostics: Diagnostics,
): SourceUse[] {
  const [label] = block.labels;
  if (!label) return [];
  const reference = parseReference(label.value, sources);
  if (!reference) {
    reportError(diagnostics, messages.sourceReference(label.value), {
      subject: label.range,
      context: block.headerRange,
    });
    return [];
  }
  const { attributes } = readBody(block.body, SOURCE_USE, diagnostics, { partial: true });
  const attribute = attributes.get('name');
  const scope = general.child(block.iterators);
  const name =
    attribute &&
    evaluateAs(attribute, STRING, (expression) => evaluate(expression, scope, diagnostics), diagnostics)?.text;
  const addition = { body: block.body, iterators: block.iterators, headerRange: block.headerRange };
  return usesOf(
    reference,
    { range: label.range, context, addition, ...(name !== undefined && { name }) },
    sources,
    diagnostics,
  );
}

/** What a reference means: the source, all of its instances, or the one whose key is given. */
function usesOf(
  reference: SourceReference,
  use: {
    readonly range: SourceRange;
    readonly context: SourceRange;
    readonly name?: string;
    readonly addition?: SourceAddition;
  },
  sources: Sources,
  diagnostics: Diagnostics,
): SourceUse[] {
  const { module, type, label, key } = reference;
  const place = { subject: use.range, context: use.context };
  const name = [...module, type, label].join('.');
  const group = sources.get(name);
  if (!group) {
    reportError(diagnostics, messages.unknownSource(name, [...sources.keys()], nearest(name, sources.keys())), place);
    return [];
  }
  if (key !== undefined && !group.by) {
    reportError(diagnostics, expansionMessages.notExpanded(name), place);
    return [];
  }
  const isMeant = (source: SourceBlock): boolean => key === undefined || source.name === keyed(label, key);
  const meant = group.instances.filter(isMeant);
  if (key !== undefined && meant.length === 0 && !group.leftOut.some(isMeant)) {
    const shown = (name: string): string => `${type}.${label}[${name.slice(label.length + 1)}]`;
    const known = [...group.instances, ...group.leftOut].map(({ name }) => shown(name));
    const wanted = `${type}.${label}[${key}]`;
    reportError(diagnostics, expansionMessages.noInstance(wanted, known, nearest(wanted, known)), place);
    return [];
  }
  return meant.map((source) => {
    const localName = use.name === undefined ? source.name : keyed(use.name, source.name.slice(label.length + 1));
    return {
      type,
      label: source.name,
      localName,
      localNames: [...new Set([localName, use.name ?? label])],
      labels: [...new Set([source.name, label])],
      source,
      ...(use.addition && { addition: use.addition }),
      range: use.range,
    };
  });
}

interface SourceReference {
  /** `module`, NAME; empty for a source of the same folder. */
  readonly module: readonly string[];
  readonly type: string;
  readonly label: string;
  readonly key?: string;
}

/**
 * `TYPE.NAME`, or the second and third part of a longer reference; behind it the key of an instance: `[KEY]` or `["KEY"]`.
 * Where there are modules, `module.NAME` may stand in front of it.
 */
function parseReference(text: string, sources: Sources): SourceReference | undefined {
  const instance = /^(.*?)\[(?:"([^"]*)"|([^"\]]*))\]$/.exec(text);
  const key = instance?.[2] ?? instance?.[3];
  const all = (instance?.[1] ?? text).split('.');
  const module = moduleOf(all, sources);
  const parts = all.slice(module.length);
  const [type, label] = parts.length > 2 ? parts.slice(1, 3) : parts;
  if (type === undefined || label === undefined || !isIdentifier(type) || !isIdentifier(label)) return undefined;
  return { module, type, label, ...(key !== undefined && { key }) };
}

/** The leading parts of a reference that name a module, and modules in it. */
function moduleOf(parts: readonly string[], sources: Sources): readonly string[] {
  let length = 0;
  while (parts[length] === 'module') {
    const start = `${parts.slice(0, length + 2).join('.')}.`;
    if (![...sources.keys()].some((name) => name.startsWith(start))) break;
    length += 2;
  }
  return parts.slice(0, length);
}
