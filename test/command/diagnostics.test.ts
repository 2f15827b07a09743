import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workplace } from '../support/command.js';

const faulty =
  'source "null" "a" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.a"]\n  provisioner "shell-local" {\n    inlin = ["x"]\n  }\n}\n';
const sound = faulty.replace('inlin ', 'inline ');

describe('faults for machines', () => {
  it('are one JSON object with `-json`', async () => {
    const place = await Workplace.make({ 't.pkr.hcl': faulty });
    try {
      const outcome = await place.imgpack(['validate', '-json', 't.pkr.hcl']);
      expect(outcome.exitCode).toBe(1);
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        valid: false,
        diagnostics: [
          {
            severity: 'error',
            code: 'template/unsupported-argument',
            suggestion: 'did you mean `inline`?',
            place: { file: 't.pkr.hcl', start: { line: 7, column: 5 }, end: { line: 7, column: 10 } },
          },
        ],
      });
    } finally {
      await place.remove();
    }
  });

  it('say that a sound template is valid', async () => {
    const place = await Workplace.make({ 't.pkr.hcl': sound });
    try {
      const outcome = await place.imgpack(['validate', '-json', 't.pkr.hcl']);
      expect(outcome.exitCode).toBe(0);
      expect(JSON.parse(outcome.stdout)).toEqual({ valid: true, diagnostics: [] });
    } finally {
      await place.remove();
    }
  });

  it('are annotations, beside the text, in GitHub Actions', async () => {
    const place = await Workplace.make({ 't.pkr.hcl': faulty });
    try {
      const outcome = await place.imgpack(['validate', 't.pkr.hcl'], { env: { GITHUB_ACTIONS: 'true' } });
      expect(outcome.stdout).toContain('::error file=t.pkr.hcl,line=7,endLine=7,col=5,endColumn=10,title=');
    } finally {
      await place.remove();
    }
  });

  it('stand in the JSON of `plan` and `inspect`, too', async () => {
    const place = await Workplace.make({ 't.pkr.hcl': faulty, 'broken.pkr.hcl': 'build {' });
    try {
      for (const [verb, file, codes] of [
        ['plan', 't.pkr.hcl', ['template/unsupported-argument']],
        ['plan', 'broken.pkr.hcl', ['hcl/unclosed-block']],
        ['inspect', 't.pkr.hcl', []],
        ['inspect', 'broken.pkr.hcl', ['hcl/unclosed-block']],
      ] as const) {
        const { diagnostics } = JSON.parse((await place.imgpack([verb, '-json', file])).stdout) as {
          diagnostics: { code: string }[];
        };
        expect(
          diagnostics.map(({ code }) => code),
          `${verb} ${file}`,
        ).toEqual(codes);
      }
    } finally {
      await place.remove();
    }
  });

  it('and all that is printed as JSON have their keys in docs/json.md', async () => {
    const documented = new Set(
      [...(await readFile(join(import.meta.dirname, '../../docs/json.md'), 'utf8')).matchAll(/`(\w+)`|"(\w+)":/g)].map(
        (match) => match[1] ?? match[2],
      ),
    );
    const whole = `packer {\n  required_plugins {\n    qemu = { version = "~> 1", source = "github.com/hashicorp/qemu" }\n  }\n}
variable "v" {\n  default = "x"\n  description = "d"\n}\nlocals {\n  l = 1\n}
source "null" "off" {\n  enabled = false\n  communicator = "none"\n}
${sound.replace('    inline', '    name = "n"\n    only = ["null.a"]\n    except = []\n    max_retries = 1\n    timeout = "1m"\n    inline')}`;
    const place = await Workplace.make({ 't.pkr.hcl': whole, 'faulty.pkr.hcl': faulty });
    try {
      for (const args of [
        ['validate', '-json', 'faulty.pkr.hcl'],
        ['inspect', '-json', 't.pkr.hcl'],
        ['plan', '-json', 't.pkr.hcl'],
        ['init', '-json', 't.pkr.hcl'],
        ['plugins', 'required', '-json', 't.pkr.hcl'],
        ['plugins', 'installed', '-json'],
        ['explain', '-json', 'template/missing-plugin'],
        ['version', '-json'],
      ]) {
        const { stdout } = await place.imgpack(args);
        const keys = keysOf(JSON.parse(stdout));
        expect(keys.length, stdout).toBeGreaterThan(2);
        expect(
          keys.filter((key) => !documented.has(key)),
          args.join(' '),
        ).toEqual([]);
      }
    } finally {
      await place.remove();
    }
  });
});

/** Every key at any depth, without the options of components, which have names of their own. */
function keysOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...(key === 'options' ? [] : keysOf(inner))]);
}
