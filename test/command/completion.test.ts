import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/catalog.js';
import { Workplace } from '../support/command.js';

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.make({ 'web.pkr.hcl': '', 'other.txt': '', 'web images/a.pkr.hcl': '' });
  await place.write('completion.sh', (await place.imgpack(['completion', 'bash'])).stdout);
});
afterAll(() => place.remove());

/** What bash offers behind a line, by the script and bash's own way of taking words apart. */
async function offered(line: string, wordBreaks = ' \t\n"\'@><=;|&(:'): Promise<string[]> {
  const program = `source ./completion.sh
COMP_WORDBREAKS="$2" COMP_LINE="$1" COMP_POINT=\${#1}
_imgpack
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await place.command('bash', ['-c', program, 'bash', line, wordBreaks]);
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion of bash', () => {
  it.each([
    ['a verb', 'imgpack inits', []],
    ['verbs that begin so', 'imgpack in', ['init', 'inspect']],
    ['the words of a group', 'imgpack cache li', ['list']],
    ['flags, also behind two dashes', 'imgpack build --par', ['-parallel-builds=']],
    ['flags of a verb within a group', 'imgpack cache list -j', ['-json']],
    ['files as an argument', 'imgpack validate web.', ['web.pkr.hcl']],
    ['words as an argument', 'imgpack completion z', ['zsh']],
    ['nothing for a verb that does not exist', 'imgpack nosuch ', []],
  ])('offers %s', async (_what, line, words) => {
    expect(await offered(line)).toEqual(words);
  });

  it('offers the values of a flag, whether bash splits at `=` or not', async () => {
    expect(await offered('imgpack build -on-error=a')).toEqual(['abort', 'ask']);
    expect(await offered('imgpack build -on-error=a', ' \t\n')).toEqual(['-on-error=abort', '-on-error=ask']);
  });

  it('offers files as the value of a flag, whether bash splits at `=` or not', async () => {
    expect(await offered('imgpack build -var-file=oth')).toEqual(['other.txt']);
    expect(await offered('imgpack build -var-file=oth', ' \t\n')).toEqual(['-var-file=other.txt']);
  });

  it('offers every flag of every verb that help shows', async () => {
    for (const command of commands.flatMap((one) => ('commands' in one ? one.commands : [one]))) {
      if (command.hidden) continue;
      const shown = Object.entries(command.flags).filter(([, { hidden }]) => !hidden);
      const words = shown.map(([name, { type }]) => `-${name}${type === 'boolean' ? '' : '='}`);
      expect((await offered(`imgpack ${command.name} -`)).sort(), command.name).toEqual([...words, '-help'].sort());
    }
  });
});

describe('completion of other shells', () => {
  it('is a line of fish for every verb, word and flag, with its description', async () => {
    const { stdout } = await place.imgpack(['completion', 'fish']);
    for (const command of commands.flatMap((one) => ('commands' in one ? one.commands : [one]))) {
      if (command.hidden) continue;
      for (const [name, { hidden, description }] of Object.entries(command.flags)) {
        if (hidden) continue;
        const verb = command.name.split(' ').at(-1) as string;
        const said = `-d '${description.replaceAll("'", "\\'")}'`;
        const lines = stdout.split('\n').filter((line) => line.includes(` -o ${name} `) && line.endsWith(said));
        expect(
          lines.some((line) => line.includes(` ${verb}'`) || line.includes(` ${verb};`)),
          `${command.name} ${name}`,
        ).toBe(true);
      }
    }
  });

  it('is for zsh what it is for bash, behind its emulation of bash', async () => {
    const bash = (await place.imgpack(['completion', 'bash'])).stdout.split('\n').slice(1);
    const zsh = (await place.imgpack(['completion', 'zsh'])).stdout.split('\n');
    expect(zsh.slice(0, 3)).toEqual([
      '#compdef imgpack',
      '# Completion of imgpack for zsh, made by `imgpack completion zsh`.',
      'autoload -U +X bashcompinit && bashcompinit',
    ]);
    expect(zsh.slice(3)).toEqual(bash);
  });

  it('is refused for a shell that is not known', async () => {
    expect(await place.imgpack(['completion', 'bsh'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'Error: there is no completion for `bsh` [command/unknown-shell]\n\nhelp: did you mean `bash`?\n\n',
    });
  });
});
