import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { Input } from '../input.js';
import { reportError } from '../report.js';
import { parseJsonDocument, type JsonNode } from './json-document.js';
import { messages } from './messages.js';
import type { GivenValue } from './variables.js';

/**
 * Reads a variable file of a legacy template: an object of strings, whatever its name. A null is an empty string.
 * @throws ImgpackError where the file cannot be read
 */
export async function readVariableFile(
  path: string,
  input: Input,
  diagnostics: Diagnostics,
): Promise<[string, GivenValue][]> {
  const root = parseJsonDocument(input.remember({ name: path, text: await input.text(path) }), diagnostics);
  if (!root) return [];
  if (root.kind !== 'map') {
    reportError(diagnostics, messages.notAnObject('a variable file'), { subject: root.range });
    return [];
  }
  return root.members.flatMap(({ name, value }): [string, GivenValue][] => {
    const text = textOf(value);
    if (text === undefined) reportError(diagnostics, messages.variableFile(name), { subject: value.range });
    return text === undefined ? [] : [[name, { text, origin: 'variable file', range: value.range }]];
  });
}

function textOf(node: JsonNode): string | undefined {
  if (node.kind === 'null') return '';
  return node.kind === 'string' ? (node.value as string) : undefined;
}
