import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packerFunctions } from '../../src/go-template/functions.js';
import { GoTemplateError, renderGoTemplate, renderUntilStable } from '../../src/go-template/render.js';

const functions = packerFunctions({
  startTime: new Date('2026-11-24T12:30:00Z'),
  packerVersion: '1.16.0',
  workingDirectory: '/work',
});

const fault = (run: () => unknown): GoTemplateError => {
  try {
    run();
  } catch (error) {
    if (error instanceof GoTemplateError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

/** Templates as Go 1.26 renders them (text/template, with `upper` and `lower`); the first line is their data. */
interface Observed {
  readonly template: string;
  readonly result?: string;
  readonly fails?: 'parse' | 'execute';
}

const [first = '', ...lines] = readFileSync(join(import.meta.dirname, 'templates.jsonl'), 'utf8')
  .trim()
  .split('\n');
const { data } = JSON.parse(first) as { data: unknown };
const observed = lines.map((line) => JSON.parse(line) as Observed);

/** Faults that Go sees when such an action runs, and we see while parsing. */
const FOUND_SOONER = ['{{$x = 1}}', '{{upper.x}}'];

describe('templates render as Go renders them', () => {
  it('has enough of them to mean something', () => {
    expect(observed.length).toBeGreaterThan(800);
  });

  it.each(observed.filter(({ result }) => result !== undefined))('$template', ({ template, result }) => {
    expect(renderGoTemplate(template, data, functions)).toBe(result);
  });

  it.each(observed.filter(({ fails }) => fails !== undefined))('$template fails', ({ template, fails }) => {
    const { code } = fault(() => renderGoTemplate(template, data, functions));
    expect(code === 'go-template/syntax' || code === 'go-template/unknown-function').toBe(
      fails === 'parse' || FOUND_SOONER.includes(template),
    );
  });
});

describe('faults', () => {
  it.each([
    ['a\nb {{ .X', 'go-template/syntax', 2, 3, 'the action is not closed with `}}`'],
    ['{{ nosuch 1 }}', 'go-template/unknown-function', 1, 4, 'the function `nosuch` does not exist'],
    ['{{if .A}}x', 'go-template/syntax', 1, 11, '`{{end}}` is missing'],
    ['é {{ $x }}', 'go-template/syntax', 1, 6, 'the variable `$x` is not set before'],
    ['\n\n  {{ index .L 9 }}', 'go-template/function-failed', 3, 6, 'the index 9 is out of range'],
    ['{{ template "T" }}', 'go-template/execution', 1, 4, 'the template `T` is not defined'],
  ])('%j: %s at line %i, column %i', (template, code, line, column, message) => {
    const error = fault(() => renderGoTemplate(template, { L: [1] }, functions));
    expect({ ...error, message: error.message }).toMatchObject({ code, line, column, message, template });
  });

  it('end a template that calls itself for ever', () => {
    const error = fault(() => renderGoTemplate('{{define "T"}}{{template "T"}}{{end}}{{template "T"}}', {}, functions));
    expect(error.message).toBe('the template `T` calls itself too often');
  });

  it('end a template that counts for ever', () => {
    expect(fault(() => renderGoTemplate('{{range 1000000000}}{{end}}', {}, functions)).code).toBe(
      'go-template/execution',
    );
  });

  it('refuse nesting that would exhaust the stack', () => {
    const deep = '{{if .}}'.repeat(100_000);
    expect(fault(() => renderGoTemplate(deep, {}, functions)).message).toBe('the template is nested too deeply');
    expect(fault(() => renderGoTemplate(`{{${'('.repeat(100_000)}}}`, {}, functions)).code).toBe('go-template/syntax');
  });
});

describe('without data', () => {
  it('fields give `<no value>`', () => {
    expect(renderGoTemplate('{{ .Vars }} {{.Path}}', undefined, functions)).toBe('<no value> <no value>');
    expect(renderGoTemplate('{{ .Vars }}', null, functions)).toBe('<no value>');
  });
});

describe('rendering until stable', () => {
  it('renders what the first pass brought in', () => {
    expect(renderUntilStable('{{ .A }}', { A: '{{ .B }}', B: 'b' }, functions)).toBe('b');
  });

  it('ends with an error where an escaped action comes out', () => {
    expect(fault(() => renderUntilStable('{{ "{{" }} x', {}, functions)).code).toBe('go-template/syntax');
  });

  it('gives up on a text that never becomes stable', () => {
    const error = fault(() => renderUntilStable('{{ .A }}', { A: 'x{{ .A }}' }, functions));
    expect(error.code).toBe('go-template/unstable');
  });
});
