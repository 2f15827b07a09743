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
});
