import { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceFile } from '../../hcl/source.js';
import { reportError } from '../report.js';
import { checkDocument } from './check.js';
import { readDocument } from './document.js';
import { FixError, fixTemplate } from './fix/index.js';
import { parseJsonDocument } from './json-document.js';
import { messages } from './messages.js';
import { sortedJson } from './sorted-json.js';

/** The text of a JSON template with what older versions wrote put right; undefined, with a diagnostic, where it cannot be. */
export function fixLegacyText(source: SourceFile, diagnostics: Diagnostics): string | undefined {
  const found = new Diagnostics();
  const root = parseJsonDocument(source, found);
  if (!root) {
    diagnostics.add(found.list);
    return undefined;
  }
  // Of a name that stands twice the last one counts here, as it always did.
  diagnostics.add(found.list.map((duplicate) => ({ ...duplicate, severity: 'warning' as const })));
  try {
    return sortedJson(fixTemplate(JSON.parse(source.text.replace(/^\ufeff/, ''))));
  } catch (error) {
    if (!(error instanceof FixError)) throw error;
    reportError(diagnostics, messages.cannotFix(error.message), { subject: root.range });
    return undefined;
  }
}

/** Checks the form of a JSON template, and that the builders which it names exist; components are not looked at. */
export function checkLegacyText(source: SourceFile, diagnostics: Diagnostics): void {
  const root = parseJsonDocument(source, diagnostics);
  const document = root && readDocument(root, diagnostics);
  if (document && !diagnostics.hasErrors) checkDocument(document, diagnostics);
}
