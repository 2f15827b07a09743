import { fc } from '../../support/properties.js';
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../src/hcl/syntax/parser.js';
import { HclGenerator } from '../../support/hcl-generator.js';
import { mutate } from '../../support/hcl-mutator.js';
import { Random } from '../../support/random.js';
import { nodesOf } from '../../support/syntax.js';

const seed = fc.integer({ min: 0, max: 2 ** 31 });
const options = fc.record({ depth: fc.integer({ min: 0, max: 4 }), items: fc.integer({ min: 0, max: 6 }) });
const document = fc.tuple(seed, options).map(([start, rest]) => new HclGenerator(start, rest).document());

describe('any valid document', () => {
  it('parses without a fault, and every node lies inside the one around it', () => {
    fc.assert(
      fc.property(document, (text) => {
        const { body, diagnostics } = parseFile({ name: 't', text });
        expect(diagnostics).toEqual([]);
        for (const { node, range, around } of nodesOf(body)) {
          const inside =
            around === undefined ||
            (around.start.offset <= range.start.offset && range.end.offset <= around.end.offset);
          expect(inside, JSON.stringify(node)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has positions that agree with the text', () => {
    fc.assert(
      fc.property(document, (text) => {
        for (const { range } of nodesOf(parseFile({ name: 't', text }).body)) {
          for (const { offset, line, column } of [range.start, range.end]) {
            const before = text.slice(0, offset).replace(/^\ufeff/, '');
            const lines = before.split('\n');
            expect([line, column]).toEqual([lines.length, [...(lines.at(-1) ?? '')].length + 1]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same tree again from the text of each of its expressions', () => {
    fc.assert(
      fc.property(seed, (start) => {
        const text = `a = ${new HclGenerator(start, { depth: 3 }).expression(3, false)}\n`;
        const strip = (node: unknown): unknown =>
          JSON.parse(JSON.stringify(node, (name, value: unknown) => (/range$/i.test(name) ? undefined : value)));
        const first = parseFile({ name: 't', text }).body;
        for (const { node, range } of nodesOf(first)) {
          if (!('kind' in node) || !['call', 'tuple', 'parentheses', 'for', 'template'].includes(String(node.kind)))
            continue;
          const again = parseFile({ name: 't', text: `a = ${text.slice(range.start.offset, range.end.offset)}\n` });
          if (node.kind === 'for' && 'collection' in node && text.charAt(range.start.offset) === '%') continue;
          const item = again.body.items[0];
          expect(item?.kind === 'attribute' && strip(item.expression)).toEqual(strip(node));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('any damaged document', () => {
  it('gives diagnostics with a place inside the text, or a tree; it never throws', () => {
    fc.assert(
      fc.property(document, seed, (text, start) => {
        const damaged = mutate(text, new Random(start));
        const { diagnostics } = parseFile({ name: 't', text: damaged });
        for (const { subject, summary, code } of diagnostics) {
          expect(code).toMatch(/^hcl\/[a-z-]+$/);
          expect(summary).not.toBe('');
          const range = subject as NonNullable<typeof subject>;
          expect(range.start.offset).toBeLessThanOrEqual(range.end.offset);
          expect(range.end.offset).toBeLessThanOrEqual(damaged.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
