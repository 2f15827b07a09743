import type { ComponentKind, Registry } from '../contract/plugin.js';
import type { Diagnostics } from '../hcl/diagnostic.js';
import type { SourceRange } from '../hcl/source.js';
import { nearest } from '../messages/near.js';
import type { ContentBlock } from './body.js';
import { messages } from './messages.js';
import { at, reportError, reportWarning } from './report.js';
import type { BuildBlock, SourceBlock } from './template.js';

/** Reads `source` blocks; their options stay unread until a build uses them. */
export function readSources(blocks: readonly ContentBlock[], diagnostics: Diagnostics): Map<string, SourceBlock> {
  const sources = new Map<string, SourceBlock>();
  for (const { labels, body, headerRange, range } of blocks) {
    const [type, name] = labels;
    if (!type || !name) continue;
    const key = `${type.value}.${name.value}`;
    const before = sources.get(key);
    if (before)
      reportError(diagnostics, messages.duplicateSource(type.value, name.value, at(before.headerRange)), {
        subject: headerRange,
      });
    else sources.set(key, { type: type.value, name: name.value, body, headerRange, range });
  }
  return sources;
}

/** Checks that every source that a build uses is declared, and that every type has a plugin. */
export function checkReferences(
  builds: readonly BuildBlock[],
  sources: ReadonlyMap<string, SourceBlock>,
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
    for (const use of build.uses) {
      const key = `${use.type}.${use.label}`;
      if (sources.has(key)) checkType('builder', use.type, use.range, build.headerRange);
      else
        reportError(diagnostics, messages.unknownSource(key, [...sources.keys()], nearest(key, sources.keys())), {
          subject: use.range,
          context: build.headerRange,
        });
    }
    const provisioners = [...build.provisioners, ...(build.errorCleanup ? [build.errorCleanup] : [])];
    for (const block of provisioners) checkType('provisioner', block.type, block.typeRange, block.headerRange);
    for (const block of build.chains.flat())
      checkType('post-processor', block.type, block.typeRange, block.headerRange);
  }
}
