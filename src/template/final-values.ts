import type { Diagnostics } from '../hcl/diagnostic.js';
import { Value } from '../hcl/values/value.js';
import { messages } from './messages.js';
import { reportError } from './report.js';
import type { Scopes } from './scopes.js';
import type { Secrets } from './secrets.js';
import type { InputVariable, ValueOrigin } from './template.js';
import { checkValue } from './validation.js';
import type { VariableDeclaration } from './variables.js';

/** Where a value stands in a file that can be shown. */
const WRITTEN: readonly ValueOrigin[] = ['default', 'variable file', 'module'];

/** The value that counts for every variable; unset ones and refused ones are reported. */
export function finalValues(
  declarations: ReadonlyMap<string, VariableDeclaration>,
  secrets: Secrets,
  scopes: Scopes,
  diagnostics: Diagnostics,
): Map<string, InputVariable> {
  const variables = new Map<string, InputVariable>();
  for (const declaration of declarations.values()) {
    const { name, sensitive, range, constraint } = declaration;
    const last = declaration.assignments.at(-1);
    if (!last) reportError(diagnostics, messages.unsetVariable(name), { subject: range });
    const plain = last?.value ?? Value.unknown(constraint.type);
    if (sensitive) secrets.addValue(plain);
    const value = sensitive ? plain.withMarks(['sensitive']) : plain;
    if (last) {
      const place = WRITTEN.includes(last.origin) ? last.range : undefined;
      checkValue(declaration, value, last.origin, place, scopes.conditions, diagnostics);
    }
    variables.set(name, {
      name,
      ...(declaration.description !== undefined && { description: declaration.description }),
      sensitive,
      type: constraint.type,
      value,
      ...(last && { origin: last.origin }),
      range,
    });
  }
  return variables;
}
