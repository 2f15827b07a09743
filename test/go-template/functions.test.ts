import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packerFunctions } from '../../src/go-template/functions.js';
import { formatGoTime } from '../../src/go-template/go-layout.js';
import { renderGoTemplate } from '../../src/go-template/render.js';
import { strftime } from '../../src/go-template/strftime.js';

const context = {
  startTime: new Date('2026-11-24T12:30:00Z'),
  buildName: 'web',
  buildType: 'qemu',
  packerVersion: '1.16.0',
  workingDirectory: '/work',
  randomBytes: (size: number) => Buffer.alloc(size, 0xab),
};
const render = (text: string, more: Partial<Parameters<typeof packerFunctions>[0]> = {}) =>
  renderGoTemplate(text, {}, packerFunctions({ ...context, ...more }));

describe('functions of Packer', () => {
  it.each([
    ['{{build_name}}.{{build_type}}', 'web.qemu'],
    ['{{timestamp}}', '1795523400'],
    ['{{isotime}}', '2026-11-24T12:30:00Z'],
    ['{{isotime `2006-01-02`}}', '2026-11-24'],
    ['{{strftime `%Y%m%d`}}', '20261124'],
    ['{{pwd}} {{packer_version}}', '/work 1.16.0'],
    ['{{upper `a`}}{{lower `B`}}', 'Ab'],
    ['{{split `a-b-c` `-` 1}}', 'b'],
    ['{{replace `a` `x` 1 `aaa`}}', 'xaa'],
    ['{{replace `a` `x` -1 `aaa`}}', 'xxx'],
    ['{{replace `` `.` 2 `ab`}}', '.a.b'],
    ['{{replace_all `a` `x` `banana`}}', 'bxnxnx'],
    ['{{`banana` | replace_all `a` `x` | upper}}', 'BXNXNX'],
  ])('%s is %s', (template, result) => {
    expect(render(template)).toBe(result);
  });

  it('make UUIDs that begin with the time', () => {
    expect(render('{{uuid}}')).toMatch(/^[0-9a-f]{8}-abab-abab-abab-abababababab$/);
  });

  it.each([
    ['{{user `x`}}', '`user` is for legacy JSON templates: write `${var.NAME}`'],
    ['{{build `ID`}}', '`build` is for legacy JSON templates: write `${build.ID}`, with the name that is wanted'],
    ['{{env `HOME`}}', '`env` is for legacy JSON templates: give a variable the default `env("NAME")`'],
    ['{{template_dir}}', '`template_dir` is not known here: write `${path.root}`'],
    ['{{sed `a` `b`}}', '`sed` is no longer there: use `replace`, or a function of HCL2'],
    ['{{split `a` `-` 1}}', '`split` made 1 parts, none of them number 1'],
    ['{{clean_resource_name `a`}}', '`clean_resource_name` has no meaning here'],
    ['{{upper 1}}', '`upper` takes a string here, not a value of type int'],
    ['{{upper}}', '`upper` takes 1 argument, not 0'],
  ])('%s fails', (template, message) => {
    expect(() => render(template)).toThrow(message);
  });

  it('know the folder of a legacy template, and the rules of a platform', () => {
    const more = { templateDirectory: '/t', cleanResourceName: (name: string) => name.replace(/\W/g, '-') };
    expect(render('{{template_dir}} {{clean_resource_name `a b`}}', more)).toBe('/t a-b');
  });
});

/** Times as Go 1.26 and the `strftime` of Packer write them. */
type Observed = { readonly time: string; readonly result: string } & (
  { readonly layout: string } | { readonly strftime: string }
);
const observed = readFileSync(join(import.meta.dirname, 'times.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Observed);

describe('times are written as Go writes them', () => {
  it.each(observed)('$time by $layout$strftime', (fact) => {
    const time = new Date(fact.time);
    const result = 'layout' in fact ? formatGoTime(time, fact.layout) : strftime(time, fact.strftime);
    expect(result).toBe(fact.result);
  });
});
