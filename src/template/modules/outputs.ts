import { Diagnostics } from '../../hcl/diagnostic.js';
import { evaluate } from '../../hcl/eval/evaluate.js';
import type { Scope } from '../../hcl/eval/scope.js';
import { BOOL, STRING } from '../../hcl/values/type.js';
import { Value } from '../../hcl/values/value.js';
import { readBody, type ContentBlock } from '../body.js';
import { evaluateAs, evaluateConstant } from '../constant.js';
import { messages as templateMessages } from '../messages.js';
import { at, reportError } from '../report.js';
import type { Scopes } from '../scopes.js';
import type { Secrets } from '../secrets.js';
import { OUTPUT } from '../structure.js';
import { isIdentifier } from '../variables.js';
import { messages } from './messages.js';

/** What the `output` blocks of a folder give to whoever uses it as a module: an object by name. */
export function evaluateOutputs(
  blocks: readonly ContentBlock[],
  general: Scope,
  scopes: Scopes,
  secrets: Secrets,
  diagnostics: Diagnostics,
): Value {
  const outputs = new Map<string, { readonly value: Value; readonly block: ContentBlock }>();
  for (const block of blocks) {
    const [label] = block.labels;
    if (!label) continue;
    const before = outputs.get(label.value);
    if (!isIdentifier(label.value))
      reportError(diagnostics, templateMessages.invalidName('output', label.value), { subject: label.range });
    else if (before)
      reportError(diagnostics, messages.duplicateOutput(label.value, at(before.block.headerRange)), {
        subject: block.headerRange,
      });
    else outputs.set(label.value, { value: evaluateOutput(block, general, scopes, secrets, diagnostics), block });
  }
  return Value.object([...outputs].map(([name, { value }]) => [name, value]));
}

function evaluateOutput(
  block: ContentBlock,
  general: Scope,
  scopes: Scopes,
  secrets: Secrets,
  diagnostics: Diagnostics,
): Value {
  const { attributes } = readBody(block.body, OUTPUT, diagnostics, { header: block.headerRange });
  const constant = (expression: Parameters<typeof evaluateConstant>[0]): Value | undefined =>
    evaluateConstant(expression, scopes.empty, diagnostics);
  const description = attributes.get('description');
  if (description) evaluateAs(description, STRING, constant, diagnostics);
  const marked = attributes.get('sensitive');
  const isSensitive = marked && evaluateAs(marked, BOOL, constant, diagnostics)?.truth === true;
  const expression = attributes.get('value')?.expression;
  const found = new Diagnostics();
  const value = expression ? evaluate(expression, general, found) : Value.unknown();
  diagnostics.add(found.list);
  if (!isSensitive) return value;
  secrets.addValue(value);
  return value.withMarks(['sensitive']);
}
