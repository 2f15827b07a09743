import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src/commands/arguments.js';
import { commands } from '../../src/commands/catalog.js';
import type { Command } from '../../src/commands/command.js';

const build = commands.find(({ name }) => name === 'build') as Command;
/** What was given; the defaults are left out. */
function given(...words: string[]) {
  const { values, ...rest } = readArguments(build, words);
  return {
    ...rest,
    values: Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== build.flags[name]?.default)),
  };
}

describe('flags of the command line', () => {
  it('takes single and double dashes, with the value behind `=` or as the next word', () => {
    expect(given('-var', 'a=b', '--var=c=d', '-only=x', '--only', 'y', '-force', 't.pkr.hcl')).toEqual({
      values: { var: ['a=b', 'c=d'], only: ['x', 'y'], force: true },
      positionals: ['t.pkr.hcl'],
      help: false,
    });
  });

  it('gives a flag its value even where that starts with a dash, is empty or has several lines', () => {
    expect(given('-var', '-x=1', '-var=a=', '-only=', '-var=a=x\ny').values).toEqual({
      var: ['-x=1', 'a=', 'a=x\ny'],
      only: [''],
    });
  });

  it('reads the bools that Go reads, only behind `=`', () => {
    expect(given('-color=false', '-force=T', '-debug=0', '-timestamp-ui=1').values).toEqual({
      color: false,
      force: true,
      'timestamp-ui': true,
    });
    expect(given('-force', 'false')).toEqual({ values: { force: true }, positionals: ['false'], help: false });
  });

  it('reads whole numbers, and takes the last of a flag that makes no list', () => {
    expect(given('-parallel-builds=3', '-parallel-builds', '-1', '-on-error=ask', '-on-error=abort').values).toEqual({
      'parallel-builds': -1,
      'on-error': 'abort',
    });
  });

  it('gives a flag that does not stand there its default', () => {
    const { values } = readArguments(build, []);
    expect(values).toEqual(
      Object.fromEntries(
        Object.entries(build.flags).flatMap(([name, flag]) => ('default' in flag ? [[name, flag.default]] : [])),
      ),
    );
  });

  it('takes flags in front of the template and behind it', () => {
    expect(given('t.pkr.hcl', '-force')).toEqual({ values: { force: true }, positionals: ['t.pkr.hcl'], help: false });
  });

  it('leaves `-` and what stands behind `--` alone', () => {
    expect(given('-', '--', '-force')).toEqual({ values: {}, positionals: ['-', '-force'], help: false });
  });

  it.each(['-h', '-help', '--help'])('sees %s anywhere', (word) => {
    expect(given('t.pkr.hcl', word).help).toBe(true);
  });

  it.each([
    [['-forse'], 'command/unknown-flag', 'did you mean `force`?'],
    [['-var'], 'command/missing-flag-value', 'write `-var=key=value`'],
    [
      ['-on-error=nosuch'],
      'command/bad-flag-value',
      'it takes one of cleanup, abort, ask, run-cleanup-provisioner, shell',
    ],
    [['-parallel-builds=x'], 'command/bad-flag-value', 'it takes a whole number'],
    [['-force=maybe'], 'command/bad-flag-value', 'it takes one of true, false'],
  ])('refuses %j with %s', (words, code, hint) => {
    expect(() => given(...words)).toThrow(expect.objectContaining({ code, hint }));
  });
});
