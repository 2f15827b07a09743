import { parse } from '@cdktf/hcl2json';
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../src/hcl/syntax/parser.js';
import { bodyToJson, NotRepresentable } from '../../../src/hcl/to-json/to-json.js';
import { factCases } from '../../support/facts-cases.js';
import { HclGenerator } from '../../support/hcl-generator.js';
import { mutate } from '../../support/hcl-mutator.js';
import { fc } from '../../support/properties.js';
import { Random } from '../../support/random.js';

type Outcome = { json: unknown } | 'syntax' | 'not representable';

/** HashiCorp's parser, as WebAssembly. */
async function theirs(text: string): Promise<Outcome> {
  try {
    return { json: plain(await parse('t.hcl', text)) };
  } catch (error) {
    return /^parse config:/.test((error as Error).message) ? 'syntax' : 'not representable';
  }
}

function ours(text: string): Outcome {
  const { body, diagnostics } = parseFile({ name: 't.hcl', text });
  // Quirk: it writes `a.b = 1` as a key, where evaluation finds it ambiguous.
  if (diagnostics.some(({ code }) => code !== 'hcl/ambiguous-object-key')) return 'syntax';
  try {
    return { json: plain(bodyToJson(body, text)) };
  } catch (error) {
    if (error instanceof NotRepresentable) return 'not representable';
    throw error;
  }
}

/** Quirk: JSON knows no infinity; both write null for numbers beyond a double. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('our tree as JSON equals the output of HashiCorp’s parser', () => {
  it.each([
    ['order of blocks of different types is lost', 'b {\n  p "x" { a = 1 }\n  q {}\n  p "y" {}\n  p "x" {}\n}\n'],
    ['an argument wins over a block of its name', 'a {}\na = 1\n'],
    ['a block with and one without labels do not fit', 'a {}\na "b" {}\n'],
    ['numbers become doubles', 'a = 123456789012345678901234567890\nb = 1e400\nc = 007\nd = -1.50\ne = 5.e3\n'],
    ['numbers in templates stay exact', 'a = "${123456789012345678901234567890}${1e-7}${0012.500} x"\n'],
    ['literals are unwrapped, expressions kept as their source', 'a = "${1}"\nb = "${ x.y }"\nc = a. b [ 0 ] .*.c\n'],
    ['strip markers are applied and lost', 'a = " ${~ x ~} "\nb = "%{~ if a ~} x %{~ endif ~}"\n'],
    ['indentation of heredocs is applied and lost', 'a = <<-E\n    ${x}\n      y\n   \n  E\n'],
    ['escapes of sequences come back', 'a = "$${x} %%{y} $$${z} \\u00e9 \\\\"\n'],
    ['a condition in a template becomes a directive', 'a = "x${b ? c : "d"}${e ? "" : f}"\n'],
    ['nested templates are joined', 'a = "x${"y${z}"}"\nb = "${"${1}"} x"\n'],
    ['signs before literals are computed', 'a = -5\nb = !true\nc = "${-5}x"\nd = -(5)\n'],
    ['a sign before a literal of another type is a fault', 'a = !5\n'],
    ['keys', 'a = { b = 1, "c" = 2, (d) = 3, "e${f}" = 4, 1 = 5, null = 6, g(1) = 7, -1 = 8, h.i = 9 }\n'],
    ['text is normalised', 'a = "e\u0301"\nb = { "e\u0301" = 1 }\n'],
    ['loops', 'a = [for x in y : "${x}" if z]\nb = {for k, v in m : k => v...}\n'],
    ['directives', 'a = "%{ for k, v in m }${k}%{ endfor }%{ if a }b%{ else }%{ endif }"\n'],
  ])('%s', async (_, text) => {
    expect(ours(text)).toEqual(await theirs(text));
  });

  it('over every template and every formatter input of the facts', async () => {
    const texts = new Set<string>();
    for (const file of ['templates', 'semantics', 'messages', 'diagnostics']) {
      for (const { files } of factCases<{ files?: Record<string, unknown> }>(`${file}.jsonl`)) {
        for (const [name, text] of Object.entries(files ?? {})) {
          if (name.endsWith('.hcl') && typeof text === 'string') texts.add(text);
        }
      }
    }
    for (const file of ['fmt', 'format']) {
      for (const { input } of factCases<{ input?: string }>(`${file}.jsonl`)) if (input !== undefined) texts.add(input);
    }
    expect(texts.size).toBeGreaterThan(900);
    for (const text of texts) expect([text, ours(text)]).toEqual([text, await theirs(text)]);
  });

  it('over expressions of the facts', async () => {
    for (const file of ['expressions', 'expressions-more']) {
      for (const { expr } of factCases<{ expr?: string }>(`${file}.jsonl`)) {
        // Quirk: half of a surrogate pair cannot be handed to it as UTF-8.
        if (expr === undefined || /[\ud800-\udfff]/u.test(expr)) continue;
        const text = `a = ${expr}\n`;
        expect([text, ours(text)]).toEqual([text, await theirs(text)]);
      }
    }
  });

  const seed = fc.integer({ min: 0, max: 2 ** 31 });

  it('over random documents', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.integer({ min: 0, max: 4 }), async (start, depth) => {
        const text = new HclGenerator(start, { depth }).document();
        const expected = await theirs(text);
        expect(expected).not.toBe('syntax');
        expect(ours(text)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('over damaged documents: both refuse or both accept', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (start) => {
        const text = mutate(new HclGenerator(start).document(), new Random(start), 1);
        fc.pre(!/[\ud800-\udfff]/u.test(text));
        expect(ours(text)).toEqual(await theirs(text));
      }),
      { numRuns: 600 },
    );
  });
});
