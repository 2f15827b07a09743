import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import type { Host } from '../host.js';
import type { ConsoleValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { ConsoleSession, type ConsoleTemplate } from './console-session.js';
import { createFunctionContext } from '../hcl/functions/context.js';
import { standardFunctions } from '../hcl/functions/index.js';
import { createScope } from '../hcl/eval/scope.js';
import { Redactor } from '../messages/redactor.js';
import { environmentOf, stateDirectoryOf } from './environment.js';
import { faultPrinter, type FaultPrinter } from './faults.js';
import { openSession } from './session.js';
import { localsOf, variablesOf } from './template-values.js';

const HISTORY_LENGTH = 1000;

/**
 * `imgpack console`: evaluates expressions against a template. At a terminal with history and completion; from a pipe every
 * line is evaluated and the last result printed, with exit code 1 if a line had a fault.
 */
export async function run(values: CommandArguments<ConsoleValues>, host: Host): Promise<number> {
  const path = values.positionals[0];
  const { template, faults } = path === undefined ? withoutTemplate(host) : await withTemplate(path, values, host);
  if (!template) return 1;
  const dialogue = new ConsoleSession(template);
  if (isPiped()) return await runPiped(dialogue, await readAll(host.stdin), faults, host);
  await runInteractive(dialogue, faults, host);
  return 0;
}

interface Ground {
  readonly template: ConsoleTemplate | undefined;
  readonly faults: FaultPrinter;
}

async function withTemplate(path: string, values: ConsoleValues, host: Host): Promise<Ground> {
  const { template, faults } = await openSession(
    {
      path,
      values,
      warnUndeclared: false,
      evaluateDataSources: true,
      tolerant: true,
      signal: new AbortController().signal,
      write: (text) => host.out(text),
    },
    host,
  );
  return {
    template: template && { scope: template.scope, variables: variablesOf(template), locals: localsOf(template) },
    faults,
  };
}

/** Functions and nothing else. */
function withoutTemplate(host: Host): Ground {
  const { env, workingDirectory, now } = environmentOf(host);
  const context = createFunctionContext({
    env,
    templateDirectory: '.',
    workingDirectory,
    homeDirectory: env['HOME'] ?? '/',
    now,
    startTime: now(),
  });
  const scope = createScope({ variables: new Map(), functions: standardFunctions, context });
  return {
    template: { scope, variables: new Map(), locals: new Map() },
    faults: faultPrinter({
      write: (text) => host.out(text),
      color: false,
      sources: () => undefined,
      redactor: new Redactor(),
    }),
  };
}

/** Only a pipe counts; a file or nothing at standard input is treated as a terminal that has ended. */
function isPiped(): boolean {
  const input = fstatSync(0);
  return input.isFIFO() || input.isSocket();
}

async function runPiped(dialogue: ConsoleSession, input: string, faults: FaultPrinter, host: Host): Promise<number> {
  let last = '';
  let failed = false;
  for (const line of input.split('\n')) {
    const answer = dialogue.answer(line);
    if (answer.leave) break;
    if (faults.print(answer.diagnostics)) failed = true;
    if (answer.text !== '') last = answer.text;
  }
  if (last !== '') host.out(`${last}\n`);
  return failed ? 1 : 0;
}

async function runInteractive(dialogue: ConsoleSession, faults: FaultPrinter, host: Host): Promise<void> {
  const folder = stateDirectoryOf(host);
  const file = join(folder, 'console-history');
  const history = await readFile(file, 'utf8').then(
    (text) => text.split('\n').filter((line) => line !== ''),
    () => [],
  );
  const lines = createInterface({
    input: host.stdin,
    output: process.stdout,
    prompt: '> ',
    history: history.slice(-HISTORY_LENGTH).reverse(),
    historySize: HISTORY_LENGTH,
    removeHistoryDuplicates: true,
    completer: (line: string) => dialogue.complete(line),
  });
  lines.prompt();
  for await (const line of lines) {
    const answer = dialogue.answer(line);
    if (answer.leave) break;
    faults.print(answer.diagnostics);
    if (answer.text !== '') host.out(`${answer.text}\n`);
    if (line.trim() !== '') await remember(folder, file, line);
    lines.prompt();
  }
  lines.close();
  host.out('\n');
}

/** History may hold what a person typed: only its owner may read it. */
async function remember(folder: string, file: string, line: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await appendFile(file, `${line}\n`, { mode: 0o600 });
}
