import type { Diagnostics } from '../../hcl/diagnostic.js';
import { nearest } from '../../messages/near.js';
import { reportError } from '../report.js';
import type { LegacyDocument, LegacyNames } from './document.js';
import { messages } from './messages.js';

/** Checks that there is a builder, and that every builder which is named somewhere exists. */
export function checkDocument(document: LegacyDocument, diagnostics: Diagnostics): void {
  if (document.builders.length === 0) reportError(diagnostics, messages.noBuilders(), { subject: document.range });
  const names = document.builders.map(({ name }) => name);
  const checkNames = (option: string, given: LegacyNames | undefined): void => {
    for (const [i, name] of given?.names.entries() ?? [])
      if (!names.includes(name))
        reportError(diagnostics, messages.unknownBuilder(option, name, nearest(name, names)), {
          subject: given?.ranges[i] ?? document.range,
        });
  };
  const { errorCleanup } = document;
  for (const provisioner of [...document.provisioners, ...(errorCleanup ? [errorCleanup] : [])]) {
    checkNames('only', provisioner.only);
    checkNames('except', provisioner.except);
    for (const { name, nameRange } of provisioner.override?.members ?? [])
      checkNames('override', { names: [name], ranges: [nameRange] });
  }
  for (const step of document.chains.flat()) {
    checkNames('only', step.only);
    checkNames('except', step.except);
  }
}
