import { parse as parseWithPeer } from '@cdktf/hcl2json';
import type { Diagnostic } from '../../../src/hcl/diagnostic.js';
import { format } from '../../../src/hcl/format/format.js';
import { parseJsonFile } from '../../../src/hcl/json-syntax/parser.js';
import { tokenize } from '../../../src/hcl/syntax/lexer.js';
import { parseFile, parseTemplate } from '../../../src/hcl/syntax/parser.js';
import { bodyToJson, NotRepresentable } from '../../../src/hcl/to-json/to-json.js';
import { HclGenerator } from '../../support/hcl-generator.js';
import { mutate } from '../../support/hcl-mutator.js';
import type { Random } from '../../support/random.js';
import { nodesOf } from '../../support/syntax.js';
import { hold, holdEqual, type Target } from '../target.js';
import { holdPlaces, jsonText, noise } from './inputs.js';

function document(random: Random): string {
  const text = new HclGenerator(random.below(2 ** 31), { depth: random.below(4), items: 3 }).document();
  return random.oneIn(2) ? mutate(text, random) : text;
}

function holdTree(tree: unknown, diagnostics: readonly Diagnostic[], text: string): void {
  holdPlaces(diagnostics, text);
  for (const { range, around } of nodesOf(tree)) {
    hold(range.start.offset <= range.end.offset && range.end.offset <= text.length, 'a node lies in the source');
    if (around) hold(range.start.offset >= around.start.offset, 'a node begins within the one around it');
  }
}

function peerCanTake(text: string): boolean {
  // Half of a surrogate pair cannot be handed to it as UTF-8.
  return !/[\ud800-\udfff]/u.test(text);
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function theirs(text: string): Promise<unknown> {
  try {
    return { json: plain(await parseWithPeer('t.hcl', text)) };
  } catch (error) {
    return /^parse config:/.test((error as Error).message) ? 'syntax' : 'not representable';
  }
}

function ours(text: string): unknown {
  const { body, diagnostics } = parseFile({ name: 't.hcl', text });
  if (diagnostics.some(({ code }) => code !== 'hcl/ambiguous-object-key')) return 'syntax';
  try {
    return { json: plain(bodyToJson(body, text)) };
  } catch (error) {
    if (error instanceof NotRepresentable) return 'not representable';
    throw error;
  }
}

/** Objects of Go are sorted by their keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

const withoutBlanks = (text: string) =>
  tokenize({ name: 't', text })
    .tokens.map((token) => text.slice(token.start, token.end).trim())
    .filter((part) => part !== '');

export const syntaxTargets: readonly Target[] = [
  {
    name: 'lexer',
    claim: 'any text becomes tokens that lie in it, in order',
    weight: 12,
    make: noise,
    check(text) {
      let offset = 0;
      for (const { start, end } of tokenize({ name: 't', text }).tokens) {
        hold(start >= offset && start <= end && end <= text.length, 'tokens follow each other');
        offset = end;
      }
    },
  },
  {
    name: 'parser',
    claim: 'any text gives a tree and faults whose places lie in it',
    weight: 10,
    make: (random) => (random.oneIn(3) ? document(random) : noise(random)),
    check(text) {
      const { body, diagnostics } = parseFile({ name: 't', text });
      holdTree(body, diagnostics, text);
      const template = parseTemplate({ name: 't', text });
      holdPlaces(template.diagnostics, text);
    },
  },
  {
    name: 'hcl2json',
    claim: 'structure and values are those of HashiCorp’s parser',
    weight: 1,
    make: document,
    async check(text) {
      if (peerCanTake(text)) holdEqual(sorted(ours(text)), sorted(await theirs(text)), 'ours is theirs');
    },
  },
  {
    name: 'formatter',
    claim: 'formatting keeps the tokens, and formatting again changes nothing',
    weight: 4,
    make: document,
    check(text) {
      if (parseFile({ name: 't', text }).diagnostics.length > 0) return;
      const once = format(text).text;
      hold(parseFile({ name: 't', text: once }).diagnostics.length === 0, 'it still parses');
      // A number and an index behind it become one number, as in Packer: `7 .5`.
      const joined = (source: string) =>
        withoutBlanks(source)
          .join('\u0000')
          .replace(/(?<=\d)\0?\.\0?(?=\d)/g, '.');
      holdEqual(joined(once), joined(text.replace(/^\ufeff/, '')), 'its tokens');
      holdEqual(format(once).text, once, 'again');
    },
  },
  {
    name: 'json',
    claim: 'any text gives a JSON body or faults whose places lie in it',
    weight: 6,
    make: jsonText,
    check(text) {
      const { diagnostics } = parseJsonFile({ name: 't', text });
      holdPlaces(diagnostics, text);
    },
  },
];
