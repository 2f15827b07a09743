import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Communicator } from '../contract/communicator.js';
import type { Machine } from '../contract/machine.js';
import { ImgpackError } from '../messages/message.js';
import type { BuildRun } from './build-run.js';
import { atMost } from './waiting.js';

const CONSOLE_LINES = 40;
/** A machine that does not answer may not answer this either. */
const DIAGNOSIS_MILLISECONDS = 10_000;

/** Connects to a machine. Where that fails, what its console and screen show comes with the error. */
export async function connectTo(run: BuildRun, machine: Machine): Promise<Communicator> {
  const origin = { build: run.name };
  try {
    return await run.options.connect(machine.connection, {
      signal: run.signal,
      say: (text) => run.say(text),
      waiting: (text, milliseconds) => run.emit({ type: 'waiting', origin, text, milliseconds }),
      log: (text) => run.log(text),
      ...(run.options.prompt && { ask: (question: string) => run.ask(question) }),
      ...(machine.ended && { ended: machine.ended }),
      ...(machine.unreachable && { unreachable: machine.unreachable }),
    });
  } catch (error) {
    if (run.signal.aborted || !(error instanceof ImgpackError)) throw error;
    throw withDetails(error, await diagnose(run, machine));
  }
}

/** Adds to a failure that the machine ended by itself meanwhile, where it did. */
export async function explainedBy(machine: Machine, error: unknown): Promise<unknown> {
  if (!machine.ended || !(error instanceof ImgpackError)) return error;
  const reason = await atMost(0, machine.ended);
  return reason === undefined || error.message.includes(reason)
    ? error
    : withDetails(error, [`the machine ended: ${reason}`]);
}

async function diagnose(run: BuildRun, machine: Machine): Promise<string[]> {
  const details: string[] = [];
  const found = machine.diagnose && (await atMost(DIAGNOSIS_MILLISECONDS, machine.diagnose()));
  if (found) details.push(...found);
  const lines = (machine.console && (await atMost(DIAGNOSIS_MILLISECONDS, machine.console.tail(CONSOLE_LINES)))) ?? [];
  if (lines.length > 0) details.push('the end of the serial console:', ...lines.map((line) => `  ${line}`));
  const path = await saveScreenshot(run, machine);
  if (path !== undefined) details.push(`the screen: ${path}`);
  return details;
}

async function saveScreenshot(run: BuildRun, machine: Machine): Promise<string | undefined> {
  if (!machine.screenshot) return undefined;
  const folder = join(run.options.stateDirectory, 'screenshots');
  const path = join(folder, `${run.options.runId}-${run.name.replace(/[^\w.-]/g, '_')}.png`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const saved = machine.screenshot(path).then(() => path);
  saved.catch((error: unknown) => run.log(`no screenshot: ${String(error)}`));
  return atMost(DIAGNOSIS_MILLISECONDS, saved);
}

function withDetails(error: ImgpackError, details: readonly string[]): ImgpackError {
  if (details.length === 0) return error;
  const message = { code: error.code, text: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  return new ImgpackError(message, {
    cause: error.cause,
    ...(error.place && { place: error.place }),
    details: [...error.details, ...details],
  });
}
