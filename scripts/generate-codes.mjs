// Writes src/codes.generated.ts: every code of a message with its sentences and hints, read from the sources of the
// catalogues. What a sentence is filled with stands as ‹name›.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { addOf, alternatives } from './code-sentences.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['src', 'clouds', 'builders', 'provisioners', 'post-processors', 'data-sources'];
const LANGUAGE_CODE = /^hcl\/[a-z0-9-]+$/;

/** @type {Map<string, { texts: Set<string>, hints: Set<string> }>} */
const codes = new Map();
const entry = (code) => codes.get(code) ?? codes.set(code, { texts: new Set(), hints: new Set() }).get(code);

for (const folder of FOLDERS.filter((name) => existsSync(join(root, name)))) {
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.ts') || name.endsWith('.generated.ts')) continue;
    const text = readFileSync(join(root, folder, name), 'utf8');
    if (text.includes('catalogue(') || text.includes("'hcl/"))
      visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  }
}

function visit(node) {
  if (ts.isCallExpression(node) && node.expression.getText() === 'catalogue') addCatalogue(node);
  if (ts.isStringLiteral(node) && LANGUAGE_CODE.test(node.text)) addLanguageFault(node);
  ts.forEachChild(node, visit);
}

/** `catalogue('area', { key: (…) => ({ text, hint }) })`. */
function addCatalogue({ arguments: [area, entries] }) {
  if (!area || !ts.isStringLiteral(area) || !entries || !ts.isObjectLiteralExpression(entries)) return;
  for (const property of entries.properties) {
    if (!property.name) continue;
    const key = property.name.text.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const { texts, hints } = entry(`${area.text}/${key}`);
    addOf(property, 'text', texts);
    addOf(property, 'hint', hints);
  }
}

/** A call with the code, and behind it the summary and the details of a diagnostic of the language. */
function addLanguageFault(node) {
  const { texts, hints } = entry(node.text);
  const call = node.parent;
  if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return;
  const rest = (call.arguments ?? []).slice(call.arguments.indexOf(node) + 1);
  if (rest[0] && !ts.isObjectLiteralExpression(rest[0])) for (const text of alternatives(rest[0])) texts.add(text);
  for (const part of rest) addOf(part, 'suggestion', hints);
}

const list = [...codes]
  .filter(([, { texts }]) => texts.size > 0)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, { texts, hints }]) => ({ code, texts: [...texts], hints: [...hints] }));
const lines = list.map((one) => `  ${JSON.stringify(one)},`).join('\n');
const text = `// Made by scripts/generate-codes.mjs from the catalogues of messages; do not edit.
export const codes: readonly { readonly code: string; readonly texts: readonly string[]; readonly hints: readonly string[] }[] = [\n${lines}\n];\n`;
const target = join(root, 'src/codes.generated.ts');
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
