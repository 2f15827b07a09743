import type { Diagnostics } from '../hcl/diagnostic.js';
import { evaluate } from '../hcl/eval/evaluate.js';
import type { Scope } from '../hcl/eval/scope.js';
import type { Attribute, Expression } from '../hcl/syntax/ast.js';
import { STRING, listOf, mapOf, type Type } from '../hcl/values/type.js';
import type { Value } from '../hcl/values/value.js';
import { readBody, type ContentBlock } from './body.js';
import { convertOr } from './constant.js';
import { messages } from './messages.js';
import { reportError, reportWarning } from './report.js';
import { HCP_REGISTRY } from './structure.js';

const TYPES: Readonly<Record<string, Type>> = {
  bucket_name: STRING,
  description: STRING,
  bucket_labels: mapOf(STRING),
  labels: mapOf(STRING),
  build_labels: mapOf(STRING),
  channels: listOf(STRING),
};

/** Checks an `hcp_packer_registry` block, and says that nothing will be published. */
export function readHcpRegistry(block: ContentBlock, scope: Scope, diagnostics: Diagnostics): void {
  const { attributes } = readBody(block.body, HCP_REGISTRY, diagnostics, { partial: true });
  reportWarning(diagnostics, messages.hcpRegistry(), { subject: block.headerRange });
  const values = new Map<string, Value>();
  for (const [name, attribute] of attributes) {
    const value = read(attribute, block, scope, diagnostics);
    if (value?.isKnown && !value.isNull) values.set(name, value);
  }
  const fail = (name: string, reason: string): void =>
    reportError(diagnostics, messages.hcpRegistryValue(name, reason), {
      subject: (attributes.get(name) as Attribute).expression.range,
    });
  const bucket = values.get('bucket_name')?.text;
  if (bucket !== undefined && !/^[a-zA-Z0-9-]{3,36}$/.test(bucket))
    fail('bucket_name', 'must be 3 to 36 letters, digits and `-`');
  if ((values.get('description')?.text.length ?? 0) > 255)
    fail('description', 'must not be longer than 255 characters');
  const labels = attributes.get('labels');
  if (labels && attributes.has('bucket_labels')) fail('labels', 'is the old name of `bucket_labels`: use one of them');
  else if (labels)
    reportWarning(diagnostics, messages.deprecatedOption('labels', 'use `bucket_labels`'), {
      subject: labels.nameRange,
    });
}

function read(attribute: Attribute, block: ContentBlock, scope: Scope, diagnostics: Diagnostics): Value | undefined {
  const run = (expression: Expression): Value => evaluate(expression, scope.child(block.iterators), diagnostics);
  return convertOr(run(attribute.expression), TYPES[attribute.name] as Type, (reason) =>
    reportError(diagnostics, messages.hcpRegistryValue(attribute.name, `does not fit: ${reason}`), {
      subject: attribute.expression.range,
    }),
  );
}
