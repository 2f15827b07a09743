import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Value } from '../../../src/hcl/values/value.js';
import { evaluateText, functionContext, jsonOf } from '../../support/expressions.js';

let folder: string;
const files: Record<string, string> = {
  'work.txt': 'in the working folder',
  'templates/a.txt': 'A',
  'templates/b.md': 'B',
  'templates/.hidden': 'H',
  'templates/x[1]{y}.txt': 'odd',
  'templates/deep/er/c.txt': 'C',
  'templates/greet.tpl': 'Hello ${name}!',
  'templates/bom.tpl': '\ufeff${name}',
  'templates/nest.tpl': '${templatefile("greet.tpl", { name = "x" })}',
  'templates/types.tpl': '${convert(name, list(string))[0]}',
  'templates/broken.tpl': 'one\n%{ if true }\n',
  'templates/loop.tpl': '%{ for n in names }${n};%{ endfor }',
  'templates/signs/-.txt': '-',
  'templates/signs/👍.txt': '+',
  'home/notes.txt': 'at home',
};

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'imgpack-files-')));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  symlinkSync('a.txt', join(folder, 'templates/link.txt'));
  symlinkSync('deep', join(folder, 'templates/linked'));
  symlinkSync('nowhere', join(folder, 'templates/broken.txt'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const context = () => functionContext({ folder, templateDirectory: 'templates', homeDirectory: join(folder, 'home') });
const json = (expression: string) => jsonOf(expression, new Map(), context()).replaceAll(folder, 'CWD');
const refusal = (expression: string) => expect(() => evaluateText(expression, new Map(), context()));

describe('where paths count from', () => {
  it.each([
    ['file("a.txt")', '"A"'],
    ['file("../work.txt")', '"in the working folder"'],
    ['file("~/notes.txt")', '"at home"'],
    ['fileexists("a.txt")', 'true'],
    ['fileexists("work.txt")', 'false'],
    ['fileexists("broken.txt")', 'false'],
    ['filebase64("work.txt") == base64encode("in the working folder")', 'true'],
    ['fileset(".", "*.md")', '["b.md"]'],
    ['abspath("x")', '"CWD/x"'],
    ['pathexpand("~/x")', '"CWD/home/x"'],
    ['pathexpand("~")', '"CWD/home"'],
    ['basename("///a///")', '"a"'],
    ['dirname("")', '"."'],
  ])('%s is %s', (expression, text) => expect(json(expression)).toBe(text));

  it('refuses the home of somebody else, and what is no file', () => {
    refusal('file("~other/x")').toThrow('home directory');
    refusal('filebase64("templates")').toThrow('cannot be read');
    refusal('fileexists("deep")').toThrow('not a regular file');
    refusal('fileexists("a.txt/b")').toThrow('cannot be looked at');
  });
});

describe('fileset', () => {
  it.each([
    ['fileset(".", "*.txt")', '["a.txt","link.txt","x[1]{y}.txt"]'],
    ['fileset(".", "**/*.txt")', '["a.txt","deep/er/c.txt","link.txt","signs/-.txt","signs/👍.txt","x[1]{y}.txt"]'],
    ['fileset(".", "linked/er/*")', '["linked/er/c.txt"]'],
    ['fileset(".", "{a,b}.{txt,md}")', '["a.txt","b.md"]'],
    ['fileset(".", "{a,{b,z}}.*")', '["a.txt","b.md"]'],
    ['fileset(".", "x\\\\[1\\\\]\\\\{y\\\\}.txt")', '["x[1]{y}.txt"]'],
    ['fileset(".", "[^a-w.]*.txt")', '["x[1]{y}.txt"]'],
    ['fileset(".", "[\\\\w\\\\]x]*.txt")', '["x[1]{y}.txt"]'],
    ['fileset("signs", "?.txt")', '["-.txt","👍.txt"]'],
    ['fileset("signs", "[!-.]*")', '["-.txt"]'],
    ['fileset("signs", "[\\\\--👍]*")', '["-.txt","👍.txt"]'],
    ['fileset(".", "../work.*")', '["../work.txt"]'],
    ['fileset("deep", "**")', '["er/c.txt"]'],
    ['fileset(".", "/a.txt")', '["a.txt"]'],
    ['fileset(".", "./deep/../a.txt")', '["a.txt"]'],
  ])('%s is %s', (expression, text) => expect(json(expression)).toBe(text));

  it.each(['[', '[]', '{a', 'a\\\\', '[z-a]'])('refuses the pattern %s', (pattern) => {
    refusal(`fileset(".", "${pattern}")`).toThrow('The argument `pattern`');
  });
});

describe('templatefile', () => {
  it.each([
    ['templatefile("greet.tpl", { name = "you", more = 1 })', '"Hello you!"'],
    ['templatefile("bom.tpl", { name = [1] })', '[1]'],
    ['templatefile("types.tpl", { name = ["a"] })', '"a"'],
    ['templatefile("loop.tpl", { names = ["a", "b"] })', '"a;b;"'],
    ['templatefile("greet.tpl", convert({ name = "map" }, map(string)))', '"Hello map!"'],
  ])('%s is %s', (expression, text) => expect(json(expression)).toBe(text));

  it('keeps what is sensitive sensitive', () => {
    const variables = new Map([['pw', Value.string('x').withMarks(['sensitive'])]]);
    expect(evaluateText('templatefile("greet.tpl", { name = pw })', variables, context()).isSensitive).toBe(true);
  });
  it('says which file is at fault', () => {
    refusal('templatefile("greet.tpl", {})').toThrow('`name`, used in greet.tpl:1, is not among the variables');
    refusal('templatefile("nest.tpl", {})').toThrow('a template file cannot render another one');
    refusal('templatefile("broken.tpl", {})').toThrow('broken.tpl:');
    refusal('templatefile("greet.tpl", { "a b" = 1 })').toThrow('`a b` is not a valid name');
    refusal('templatefile("none.tpl", {})').toThrow('cannot be read');
  });
});
