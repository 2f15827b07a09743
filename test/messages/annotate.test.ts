import { describe, expect, it } from 'vitest';
import { faultAsJson, githubAnnotation } from '../../src/messages/annotate.js';
import type { Printable } from '../../src/messages/print.js';

const at = (line: number, column: number, offset: number) => ({ line, column, offset });
const fault: Printable = {
  severity: 'error',
  code: 'template/unsupported-argument',
  summary: 'unsupported argument',
  detail: '100 % wrong,\nreally: yes',
  subject: { file: 'a,b:c.pkr.hcl', start: at(3, 5, 20), end: at(3, 10, 25) },
  suggestion: 'did you mean `inline`?',
};

describe('a fault for machines', () => {
  it('is an annotation whose special characters are escaped', () => {
    expect(githubAnnotation(fault)).toBe(
      '::error file=a%2Cb%3Ac.pkr.hcl,line=3,endLine=3,col=5,endColumn=10,title=unsupported argument [template/unsupported-argument]' +
        '::100 %25 wrong,%0Areally: yes%0Adid you mean `inline`?\n',
    );
  });

  it('has no columns where it spans lines, and no place where it has none', () => {
    expect(githubAnnotation({ ...fault, subject: { file: 'f', start: at(1, 1, 0), end: at(2, 1, 9) } })).toContain(
      'file=f,line=1,endLine=2,title=',
    );
    expect(githubAnnotation({ severity: 'warning', code: 'a/b', summary: 's' })).toBe('::warning title=s [a/b]::s\n');
  });

  it('is an object with what is known and nothing else', () => {
    expect(faultAsJson({ severity: 'warning', code: 'a/b', summary: 's' })).toEqual({
      severity: 'warning',
      code: 'a/b',
      summary: 's',
    });
    expect(faultAsJson(fault)).toEqual({
      severity: 'error',
      code: 'template/unsupported-argument',
      summary: 'unsupported argument',
      detail: '100 % wrong,\nreally: yes',
      suggestion: 'did you mean `inline`?',
      place: { file: 'a,b:c.pkr.hcl', start: at(3, 5, 20), end: at(3, 10, 25) },
    });
  });
});
