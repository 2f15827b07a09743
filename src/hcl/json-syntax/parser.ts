import type { Diagnostic } from '../diagnostic.js';
import { Diagnostics } from '../diagnostic.js';
import type { SourceFile } from '../source.js';
import { Lines } from '../syntax/lines.js';
import type { JsonBody } from './body.js';
import { jsonBody } from './body.js';
import type { StringMeaning } from './expression.js';
import type { JsonNode } from './node.js';
import { parseJson } from './parse-json.js';

export type { JsonBody, JsonSchema } from './body.js';
export { isJsonBody, jsonBody, jsonItems } from './body.js';
export { expressionInString, jsonExpression } from './expression.js';

/**
 * Parses a template (`.pkr.json`) or variable file (`.pkrvars.json`, with `literalStrings`) in JSON. `value` is absent
 * after a fault of the JSON itself, and the body then empty. Read the body with `jsonItems`.
 */
export function parseJsonFile(
  source: SourceFile,
  meaning: StringMeaning = { literalStrings: false },
): { value: JsonNode | undefined; body: JsonBody; diagnostics: Diagnostic[] } {
  const parsed = parseJson(source);
  const diagnostics = new Diagnostics();
  diagnostics.add(parsed.diagnostics);
  const { value } = parsed;
  const whole = new Lines(source).range(0, source.text.length);
  const node: JsonNode = value ?? { kind: 'object', properties: [], range: whole };
  return { value, body: jsonBody(node, diagnostics, meaning), diagnostics: diagnostics.list };
}
