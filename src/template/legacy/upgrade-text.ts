import type { Registry } from '../../contract/plugin.js';
import type { Schema } from '../../contract/schema.js';
import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceFile } from '../../hcl/source.js';
import { reportWarning } from '../report.js';
import { checkDocument } from './check.js';
import { readDocument, type LegacyDocument } from './document.js';
import { parseJsonDocument } from './json-document.js';
import { messages } from './messages.js';
import { upgradeTemplate } from './upgrade/index.js';

/** A JSON template in HCL2; undefined, with diagnostics, where it is not valid. What needs a look by hand is warned of. */
export async function upgradeLegacyText(
  source: SourceFile,
  registry: Registry,
  diagnostics: Diagnostics,
): Promise<string | undefined> {
  const root = parseJsonDocument(source, diagnostics);
  const document = root && readDocument(root, diagnostics);
  if (!document || diagnostics.hasErrors) return undefined;
  checkDocument(document, diagnostics);
  if (diagnostics.hasErrors) return undefined;
  const schemas = await schemasOf(document, registry);
  const { text, left } = upgradeTemplate(document, (kind, type) => schemas.get(`${kind} ${type}`));
  for (const action of left) if (!/^\{\{-?\s*\./.test(action)) reportWarning(diagnostics, messages.notUpgraded(action));
  return text;
}

async function schemasOf(document: LegacyDocument, registry: Registry): Promise<Map<string, Schema>> {
  const schemas = new Map<string, Schema>();
  const load = async (kind: 'builder' | 'provisioner' | 'post-processor', type: string): Promise<void> => {
    const definition = await registry.load(kind as 'builder', type);
    if (definition) schemas.set(`${kind} ${type}`, definition.schema);
  };
  for (const { type } of document.builders) await load('builder', type);
  for (const { type } of document.provisioners) await load('provisioner', type);
  if (document.errorCleanup) await load('provisioner', document.errorCleanup.type);
  for (const { type } of document.chains.flat()) await load('post-processor', type);
  return schemas;
}
