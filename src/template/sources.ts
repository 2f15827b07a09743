import type { ComponentKind, Registry } from '../contract/plugin.js';
import { Diagnostics } from '../hcl/diagnostic.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { SourceRange } from '../hcl/source.js';
import { nearest } from '../messages/near.js';
import { readBody, type ContentBlock } from './body.js';
import { EXPANSION_SCHEMA, expand, keyed, type Instance } from './expansion.js';
import { messages } from './messages.js';
import { at, reportError, reportWarning } from './report.js';
import type { BuildBlock, SourceBlock } from './template.js';

/** What a reference to a source can mean: the instances of one `source` block. */
export interface SourceGroup {
  readonly type: string;
  readonly label: string;
  readonly by?: 'for_each' | 'count';
  readonly instances: readonly SourceBlock[];
  readonly leftOut: readonly SourceBlock[];
  readonly headerRange: SourceRange;
}

/** By `TYPE.NAME`. */
export type Sources = ReadonlyMap<string, SourceGroup>;

/**
 * Reads `source` blocks and expands them; their options stay unread until a build uses them. An option of the builder's
 * own that is called `for_each`, `count` or `enabled` stays that option.
 */
export async function readSources(
  blocks: readonly ContentBlock[],
  scope: Scope,
  registry: Registry,
  diagnostics: Diagnostics,
): Promise<Sources> {
  const sources = new Map<string, SourceGroup>();
  for (const block of blocks) {
    const [type, label] = block.labels;
    if (!type || !label) continue;
    const key = `${type.value}.${label.value}`;
    const before = sources.get(key);
    if (before)
      reportError(diagnostics, messages.duplicateSource(type.value, label.value, at(before.headerRange)), {
        subject: block.headerRange,
      });
    else sources.set(key, await readSource(block, type.value, label.value, scope, registry, diagnostics));
  }
  return sources;
}

async function readSource(
  block: ContentBlock,
  type: string,
  label: string,
  scope: Scope,
  registry: Registry,
  diagnostics: Diagnostics,
): Promise<SourceGroup> {
  const { body, headerRange, range } = block;
  const written = readBody(body, EXPANSION_SCHEMA, new Diagnostics(), { partial: true }).attributes;
  const schema = written.size > 0 ? (await registry.load('builder', type))?.schema : undefined;
  const isOption = (name: string): boolean =>
    schema !== undefined && (Object.hasOwn(schema.attributes, name) || Object.hasOwn(schema.blocks ?? {}, name));
  const attributes = new Map([...written].filter(([name]) => !isOption(name)));
  const { by, instances, leftOut } = expand(attributes, scope, diagnostics);
  const blockOf = (instance: Instance): SourceBlock => ({
    type,
    name: keyed(label, instance.key),
    label,
    ...(instance.keyValue && { key: instance.keyValue }),
    scope: instance.scope,
    meta: [...attributes.keys()],
    body,
    headerRange,
    range,
  });
  return {
    type,
    label,
    ...(by && { by }),
    instances: instances.map(blockOf),
    leftOut: leftOut.map(blockOf),
    headerRange,
  };
}

/** Checks that every type that a build uses has a plugin. */
export function checkTypes(
  builds: readonly BuildBlock[],
  options: { readonly registry: Registry; readonly ignoreMissingPlugins: boolean },
  diagnostics: Diagnostics,
): void {
  const told = new Set<string>();
  const checkType = (kind: ComponentKind, type: string, subject: SourceRange, context: SourceRange): void => {
    const types = options.registry.types(kind);
    if (type === '' || types.includes(type)) return;
    if (!options.ignoreMissingPlugins) {
      reportError(diagnostics, messages.unknownComponent(kind, type, nearest(type, types)), { subject, context });
    } else if (!told.has(`${kind} ${type}`)) {
      told.add(`${kind} ${type}`);
      reportWarning(diagnostics, messages.missingComponent(kind, type), { subject, context });
    }
  };
  for (const build of builds) {
    for (const use of build.uses) checkType('builder', use.type, use.range, build.headerRange);
    const provisioners = [...build.provisioners, ...(build.errorCleanup ? [build.errorCleanup] : [])];
    for (const block of provisioners) checkType('provisioner', block.type, block.typeRange, block.headerRange);
    for (const block of build.chains.flat())
      checkType('post-processor', block.type, block.typeRange, block.headerRange);
  }
}
