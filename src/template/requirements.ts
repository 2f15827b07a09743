import { Diagnostics } from '../hcl/diagnostic.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { Attribute } from '../hcl/syntax/ast.js';
import { STRING } from '../hcl/values/type.js';
import type { Value } from '../hcl/values/value.js';
import type { ComponentKind, Registry } from '../contract/plugin.js';
import { readBody, type ContentBlock } from './body.js';
import { convertOr, evaluateAs, evaluateConstant } from './constant.js';
import { messages } from './messages.js';
import { COMPATIBLE_PACKER_VERSION } from './packer-version.js';
import { reportError } from './report.js';
import { ANYTHING, PACKER } from './structure.js';
import type { RequiredPlugin } from './template.js';
import { parseConstraint, satisfies } from './version-constraint.js';

/** Checks `required_version` of every `packer` block. Done before anything else: a newer template may say more than this version reads. */
export function checkRequiredVersion(blocks: readonly ContentBlock[], empty: Scope, diagnostics: Diagnostics): void {
  for (const block of blocks) {
    // What else is wrong with the block is told later.
    const { attributes } = readBody(block.body, PACKER, new Diagnostics(), { partial: true });
    const attribute = attributes.get('required_version');
    const run = (expression: Attribute['expression']): Value | undefined =>
      evaluateConstant(expression, empty, diagnostics);
    const wanted = attribute && evaluateAs(attribute, STRING, run, diagnostics);
    if (!attribute || !wanted) continue;
    const terms = parseConstraint(wanted.text);
    const subject = attribute.expression.range;
    if (!terms) reportError(diagnostics, messages.versionConstraint(wanted.text), { subject });
    else if (!satisfies(COMPATIBLE_PACKER_VERSION, terms))
      reportError(diagnostics, messages.unsupportedVersion(wanted.text, COMPATIBLE_PACKER_VERSION), { subject });
  }
}

/** Reads `required_plugins` of every `packer` block. */
export function readRequiredPlugins(
  blocks: readonly ContentBlock[],
  empty: Scope,
  diagnostics: Diagnostics,
): RequiredPlugin[] {
  const plugins = new Map<string, RequiredPlugin>();
  for (const block of blocks) {
    const content = readBody(block.body, PACKER, diagnostics);
    for (const inner of content.blocks) {
      const { attributes } = readBody(inner.body, ANYTHING, diagnostics);
      for (const attribute of attributes.values()) {
        const plugin = readPlugin(attribute, empty, diagnostics);
        if (!plugin) continue;
        if (plugins.has(plugin.name))
          reportError(diagnostics, messages.duplicatePlugin(plugin.name), { subject: attribute.nameRange });
        plugins.set(plugin.name, plugin);
      }
    }
  }
  return [...plugins.values()];
}

function readPlugin(attribute: Attribute, empty: Scope, diagnostics: Diagnostics): RequiredPlugin | undefined {
  const { name, nameRange } = attribute;
  const subject = attribute.range;
  const fail = (message: Parameters<typeof reportError>[1], range = subject): undefined =>
    reportError(diagnostics, message, { subject: range }) as undefined;
  if (name.includes('--') || !/^[\p{L}\p{N}_-]+$/u.test(name))
    return fail(messages.invalidName('plugin', name), nameRange);
  const value = evaluateConstant(attribute.expression, empty, diagnostics);
  if (!value) return undefined;
  if (value.isNull || value.type.kind !== 'object') return fail(messages.pluginRequirement(name));
  const texts = new Map<string, string>();
  for (const [key, item] of value.entries) {
    if (key !== 'version' && key !== 'source') return fail(messages.pluginKey(name, key));
    const text = convertOr(item, STRING, (reason) =>
      fail(messages.unsuitableType(`${name}.${key}`, `a string: ${reason}`)),
    );
    if (!text) return undefined;
    if (!text.isNull) texts.set(key, text.text);
  }
  const version = texts.get('version');
  const source = texts.get('source');
  if (version === undefined) return fail(messages.pluginWithoutVersion(name));
  if (source === undefined) return fail(messages.pluginWithoutSource(name));
  const terms = parseConstraint(version);
  if (!terms || terms.some((term) => term.version.prerelease !== '')) return fail(messages.versionConstraint(version));
  const wrong = sourceFault(source);
  if (wrong !== undefined) return fail(messages.pluginSource(source, wrong));
  return { name, version, source, terms, range: attribute.range };
}

/** Why a text is not `host/owner/name`. */
function sourceFault(source: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return 'it has a scheme';
  if (/[?#]/.test(source)) return 'it has a query or fragment';
  const parts = source.split('/');
  if (parts.some((part) => part === '')) return 'it has an empty part';
  if (parts.length < 3) return 'it has fewer than three parts';
  if (parts.length > 16) return 'it has more than 16 parts';
  if ((parts.at(-1) as string).startsWith('packer-')) return 'its last part starts with `packer-`';
  return undefined;
}

const KINDS: readonly ComponentKind[] = ['builder', 'provisioner', 'post-processor', 'data-source'];

/** Reports required plugins none of whose components are there. */
export function checkPlugins(plugins: readonly RequiredPlugin[], registry: Registry, diagnostics: Diagnostics): void {
  const types = KINDS.flatMap((kind) => registry.types(kind));
  for (const { name, source, range } of plugins) {
    if (types.some((type) => type === name || type.startsWith(`${name}-`))) continue;
    reportError(diagnostics, messages.missingPlugin(name, source), { subject: range });
  }
}
