import type { Expression, SplatStep } from './ast.js';
import type { Reader } from './reader.js';
import type { Token } from './tokens.js';

type Step =
  | Exclude<SplatStep, { kind: 'splat' }>
  | { readonly kind: 'star'; readonly style: 'full' | 'attribute'; readonly range: Token };

/** Attributes, indices and stars behind a primary expression: `.a`, `.0`, `[x]`, `.*`, `[*]`. */
export function parsePostfix(reader: Reader, start: Expression): Expression {
  let expression = start;
  let height = reader.height;
  for (;;) {
    const step = parseStep(reader, false);
    if (step === undefined) break;
    height = Math.max(height, reader.height);
    reader.grow(height);
    height = reader.height;
    const end = reader.rangeOf(reader.last()).end;
    const range = { ...start.range, end };
    if (step.kind === 'attribute') {
      const { name, legacyIndex, range: nameRange } = step;
      expression = { kind: 'attribute-access', object: expression, name, nameRange, legacyIndex, range };
    } else if (step.kind === 'index') {
      expression = { kind: 'index-access', object: expression, index: step.index, range };
    } else {
      const markerRange = reader.rangeOf(step.range);
      const { style } = step;
      const each = style === 'full' ? fullSteps(reader) : attributeSteps(reader);
      height = Math.max(height, reader.height) + each.length;
      reader.grow(height);
      const spliced = { ...range, end: reader.rangeOf(reader.last()).end };
      expression = { kind: 'splat', source: expression, style, each, markerRange, range: spliced };
    }
  }
  reader.grow(height - 1);
  return expression;
}

/** Behind `[*]` everything belongs to the elements, further stars included. */
function fullSteps(reader: Reader): SplatStep[] {
  return reader.nested(() => {
    const steps: SplatStep[] = [];
    let height = 0;
    for (;;) {
      const step = parseStep(reader, false);
      if (step === undefined) break;
      height = Math.max(height, reader.height);
      if (step.kind === 'star') {
        const markerRange = reader.rangeOf(step.range);
        const each = step.style === 'full' ? fullSteps(reader) : attributeSteps(reader);
        height = Math.max(height, reader.height + each.length);
        const range = { ...markerRange, end: reader.rangeOf(reader.last()).end };
        steps.push({ kind: 'splat', style: step.style, each, markerRange, range });
      } else steps.push(step);
    }
    reader.grow(height);
    return steps;
  });
}

/** Behind `.*` only names and legacy indices belong to the elements; an index in brackets is for the result. */
function attributeSteps(reader: Reader): SplatStep[] {
  const steps: SplatStep[] = [];
  while (reader.peek().kind === '.') {
    const step = parseStep(reader, true);
    if (step?.kind !== 'attribute') break;
    if (step.legacyIndex && isLegacyIndex(steps[steps.length - 1])) refuseChain(reader, reader.last());
    steps.push(step);
  }
  reader.grow(0);
  return steps;
}

function isLegacyIndex(step: SplatStep | undefined): boolean {
  return step?.kind === 'attribute' && step.legacyIndex;
}

/** One step, or undefined where none follows. The reader's height is then that of the index, or 0. */
function parseStep(reader: Reader, insideAttributeSplat: boolean): Step | undefined {
  if (reader.peek().kind === '[') return parseBrackets(reader);
  const dot = reader.take('.');
  if (dot === undefined) return undefined;
  const token = reader.next();
  reader.grow(0);
  switch (token.kind) {
    case 'identifier':
      return { kind: 'attribute', name: reader.textOf(token), legacyIndex: false, range: reader.rangeOf(token) };
    case 'number': {
      const name = reader.textOf(token);
      if (name.includes('.')) refuseChain(reader, token);
      return { kind: 'attribute', name, legacyIndex: true, range: reader.rangeOf(token) };
    }
    case '*':
      if (insideAttributeSplat) {
        reader.fail(token, 'hcl/nested-attribute-splat', 'star behind a star', {
          detail: 'A second `.*` cannot be applied to the elements of the first one.',
          suggestion: 'write `[*]` in place of the first star',
        });
      }
      return { kind: 'star', style: 'attribute', range: { ...token, start: dot.start } };
    default:
      return reader.fail(token, 'hcl/missing-attribute-name', 'name expected behind the point', {
        detail: `The name of an attribute must stand behind \`.\`, not ${reader.describe(token)}.`,
        ...(token.kind === 'open-quote' ? { suggestion: 'write `["name"]` in place of `."name"`' } : {}),
      });
  }
}

function refuseChain(reader: Reader, token: Token): never {
  const [first = '0', second = '1'] = reader.textOf(token).split('.');
  reader.fail(token, 'hcl/chained-legacy-index', 'two indices behind points', {
    detail: 'An index behind a point cannot be followed by another one.',
    suggestion: `write indices in brackets: \`[${first}][${second}]\``,
  });
}

function parseBrackets(reader: Reader): Step {
  return reader.withNewlines(false, () => {
    const open = reader.next();
    if (reader.peek().kind === '*' && reader.peekSecond().kind === ']') {
      reader.next();
      const close = reader.next();
      reader.grow(0);
      return { kind: 'star', style: 'full', range: { ...open, end: close.end } };
    }
    if (reader.peek().kind === ']') {
      reader.fail(reader.peek(), 'hcl/missing-index', 'index expected', {
        detail: 'Between `[` and `]` stands the index of an element or the key of an attribute.',
        suggestion: 'for all elements write `[*]`',
      });
    }
    const index = reader.grammar.expression(reader);
    const close = reader.next();
    if (close.kind !== ']') {
      reader.fail(close, 'hcl/unclosed-bracket', 'unclosed bracket', {
        detail: `The \`]\` behind the index must stand here, not ${reader.describe(close)}.`,
        context: reader.lines.range(open.start, close.end),
      });
    }
    return { kind: 'index', index, range: reader.lines.range(open.start, close.end) };
  });
}
