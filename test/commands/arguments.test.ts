import { describe, expect, it } from 'vitest';
import { normalizeArguments } from '../../src/commands/arguments.js';
import { commands } from '../../src/commands/catalog.js';
import type { Command } from '../../src/commands/command.js';

const build = commands.find(({ name }) => name === 'build') as Command;
const normal = (...words: string[]) => normalizeArguments(build, words);

describe('flags of the command line', () => {
  it('takes single and double dashes, with the value behind `=` or as the next word', () => {
    expect(normal('-var', 'a=b', '--var=c=d', '-only=x', '--only', 'y', '-force', 't.pkr.hcl')).toEqual([
      '--var=a=b',
      '--var=c=d',
      '--only=x',
      '--only=y',
      '--force=true',
      '--',
      't.pkr.hcl',
    ]);
  });

  it('gives a flag its value even where that starts with a dash, is empty or has several lines', () => {
    expect(normal('-var', '-x=1', '-var=a=', '-only=', '-var=a=x\ny')).toEqual([
      '--var=-x=1',
      '--var=a=',
      '--only=',
      '--var=a=x\ny',
    ]);
  });

  it('reads the bools that Go reads, only behind `=`', () => {
    expect(normal('-color=false', '-force=T', '-debug=0')).toEqual(['--color=false', '--force=true', '--debug=false']);
    expect(normal('-force', 'false')).toEqual(['--force=true', '--', 'false']);
  });

  it('takes flags in front of the template and behind it', () => {
    expect(normal('t.pkr.hcl', '-force')).toEqual(['--force=true', '--', 't.pkr.hcl']);
  });

  it('leaves `-` and what stands behind `--` alone', () => {
    expect(normal('-', '--', '-force')).toEqual(['--', '-', '-force']);
  });

  it.each([
    [['-forse'], 'command/unknown-flag', 'did you mean `force`?'],
    [['-var'], 'command/missing-flag-value', 'write `-var=key=value`'],
    [['-on-error=nosuch'], 'command/bad-flag-value', 'it takes one of cleanup, abort, ask, run-cleanup-provisioner'],
    [['-parallel-builds=x'], 'command/bad-flag-value', 'it takes a whole number'],
    [['-force=maybe'], 'command/bad-flag-value', 'it takes one of true, false'],
  ])('refuses %j with %s', (words, code, hint) => {
    expect(() => normal(...words)).toThrow(expect.objectContaining({ code, hint }));
  });
});
