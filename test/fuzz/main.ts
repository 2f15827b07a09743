import { parseArgs } from 'node:util';
import { runTarget } from './run.js';
import { targets } from './targets/index.js';

const HELP = `npm run fuzz -- [--target NAME] [--seed N] [--executions N] [--seconds N]

Runs every target, or one, on made inputs. Executions are shared by the weights of the targets.
A failure shows the seed that makes it again with \`--executions 1\`, and its input made small.

${targets.map(({ name, claim }) => `  ${name.padEnd(12)} ${claim}`).join('\n')}`;

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
    executions: { type: 'string', default: '100000' },
    seconds: { type: 'string' },
    help: { type: 'boolean' },
  },
});

async function main(): Promise<number> {
  const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
  if (values.help || chosen.length === 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const [seed, executions, seconds] = [values.seed, values.executions, values.seconds ?? 'Infinity'].map(Number);
  if (![seed, executions, seconds].every((value) => value !== undefined && value >= 0)) {
    console.error('--seed, --executions and --seconds are numbers from 0');
    return 2;
  }
  const total = chosen.reduce((sum, { weight }) => sum + weight, 0);
  let [count, failed] = [0, 0];
  for (const target of chosen) {
    const part = target.weight / total;
    const outcome = await runTarget(target, seed as number, {
      executions: Math.ceil((executions as number) * part),
      seconds: (seconds as number) * part,
      slowMilliseconds: 5_000,
    });
    count += outcome.executions;
    failed += outcome.failures.length;
    const slowest = Math.round(outcome.slowestMilliseconds);
    console.log(
      `${target.name.padEnd(12)} seed ${seed}  executions ${outcome.executions}  slowest ${slowest} ms  failures ${outcome.failures.length}`,
    );
    for (const failure of outcome.failures) {
      console.log(`  seed ${failure.seed}: ${failure.message}\n  input: ${JSON.stringify(failure.input)}`);
    }
  }
  console.log(`Executions: ${count}, failures: ${failed}`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
