import { randomBytes } from 'node:crypto';
import type { Communicator } from '../../contract/communicator.js';
import type { BuildRun } from '../build-run.js';
import { atMost } from '../waiting.js';

const SEED_BYTES = 512;
/** It is done in a second; a machine that does not take it goes on as it is. */
const LIMIT_MILLISECONDS = 20_000;

/**
 * Puts right what a restored machine believes: its clock stands where it stood when the machine was saved, and its random
 * numbers would be those of every other machine from the same state.
 */
export async function wakeUp(run: BuildRun, communicator: Communicator): Promise<void> {
  if (communicator.type !== 'ssh' || communicator.pipes !== true) return;
  const seconds = (run.options.environment.now().getTime() / 1000).toFixed(3);
  const work = communicator
    .run(wakeUpScript(seconds), {
      stdin: randomBytes(SEED_BYTES),
      signal: run.signal,
      onLine: (_stream, line) => run.log(`waking the machine: ${line}`),
    })
    .then(({ exitCode }) => {
      if (exitCode !== 0) run.log(`the clock of the machine could not be set (exit code ${exitCode})`);
    })
    .catch((error: unknown) => run.log(`waking the machine: ${String(error)}`));
  await atMost(LIMIT_MILLISECONDS, work);
}

/**
 * Anyone may stir the kernel's random numbers; only root makes it take them at once (the number is that of RNDRESEEDCRNG),
 * and sets the clock.
 */
export function wakeUpScript(seconds: string): string {
  const asRoot = [
    `perl -e 'open my $r, "<", "/dev/urandom"; ioctl $r, 0x5207, 0' 2>/dev/null`,
    `python3 -c 'import fcntl; fcntl.ioctl(open("/dev/urandom"), 0x5207)' 2>/dev/null`,
    ':',
  ].join(' || ');
  return [
    'cat > /dev/urandom',
    "wake=$(cat <<'END'",
    `${asRoot}; date -u -s @${seconds} > /dev/null`,
    'END',
    ')',
    'if [ "$(id -u)" = 0 ]; then sh -c "$wake"; else sudo -n sh -c "$wake"; fi',
  ].join('\n');
}
