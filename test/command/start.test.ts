import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/catalog.js';
import { PACKER_VERSION, VERSION } from '../../src/version.js';
import { Workplace } from '../support/command.js';

const root = join(import.meta.dirname, '../..');

/** Runs the command with a loader hook that writes down every module outside Node itself. */
async function loadedModules(args: readonly string[]): Promise<string[]> {
  const place = await Workplace.make({
    'hook.mjs': `import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  if (!url.startsWith('node:')) appendFileSync(process.env.LOADED, url + '\\n');
  return next(url, context);
}
`,
    'register.mjs': `import { register } from 'node:module';\nregister('./hook.mjs', import.meta.url);\n`,
    't.pkr.hcl': 'source "null" "a" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.a"]\n}\n',
  });
  try {
    const loaded = join(place.folder, 'loaded.txt');
    const outcome = await place.command(
      process.execPath,
      ['--import', './register.mjs', join(root, 'bin/imgpack'), ...args],
      {
        env: { LOADED: loaded },
      },
    );
    expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
    return readFileSync(loaded, 'utf8').trim().split('\n');
  } finally {
    await place.remove();
  }
}

describe('starting the command', () => {
  it.each([[['--help']], [['version']], [['-v']], [['build', '-help']]])(
    '%j loads nothing but the command line',
    async (args) => {
      const foreign = (await loadedModules(args)).filter(
        (url) =>
          /node_modules/.test(url) &&
          !/node_modules\/(yargs|yargs-parser|cliui|y18n|escalade|string-width|strip-ansi|ansi-regex|wrap-ansi|ansi-styles|get-east-asian-width|emoji-regex|get-caller-file)\//.test(
            url,
          ),
      );
      expect(foreign).toEqual([]);
    },
  );

  it('validating a local template loads no SDK, no SSH and no parser of HashiCorp', async () => {
    const modules = await loadedModules(['validate', 't.pkr.hcl']);
    expect(modules.filter((url) => /@aws-sdk|@google-cloud|ssh2|hcl2json|p-queue/.test(url))).toEqual([]);
  });

  it('tells its own version and the one that templates may require', async () => {
    const place = await Workplace.make();
    try {
      expect((await place.imgpack(['version'])).stdout).toBe(
        `imgpack v${VERSION}\nPacker v${PACKER_VERSION} (templates that this version reads)\n`,
      );
      expect(VERSION).toBe(
        (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
      );
    } finally {
      await place.remove();
    }
  });

  const verbs = commands.flatMap((command) => [command, ...('commands' in command ? command.commands : [])]);
  it.each(verbs.map(({ name }) => name))('`%s -help` shows its flags and an example, and exits 0', async (name) => {
    const place = await Workplace.make();
    try {
      const outcome = await place.imgpack([...name.split(' '), '-help']);
      expect(outcome.exitCode, outcome.stderr).toBe(0);
      expect(outcome.stdout).toContain(`Usage: imgpack ${name}`);
      expect(outcome.stdout).toMatch(/Examples:\n/);
    } finally {
      await place.remove();
    }
  });

  it.each([
    [[], 127],
    [['nosuchcommand'], 127],
    [['cache'], 127],
    [['cache', 'nosuchcommand'], 127],
    [['cache', 'explain'], 1],
    [['cache', 'list', 'word'], 1],
    [['build'], 1],
    [['build', 'a', 'b'], 1],
    [['build', '-nosuchflag', '.'], 1],
  ])('%j exits with %i', async (args, code) => {
    const place = await Workplace.make();
    try {
      expect((await place.imgpack(args)).exitCode).toBe(code);
    } finally {
      await place.remove();
    }
  });
});
