import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FunctionContext } from '../../eval/function.js';
import { failure } from '../define.js';
import type { SecretAnswer, SecretRequest } from './request.js';

/** No store needs this long; it stops one that hangs. */
const LIMIT_MS = 120_000;

/** Asks a secret store in a process of its own and waits. Throws `FunctionError` with the reason when there is none. */
export function askForSecret(request: SecretRequest, context: FunctionContext): string {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, clientArguments(), {
    input: JSON.stringify(request),
    env: { ...context.env },
    cwd: context.workingDirectory,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: 16 * 2 ** 20,
  });
  if (error || status !== 0) throw failure(`the secret cannot be read: ${error?.message ?? stderr.trim()}`);
  const answer = JSON.parse(stdout) as SecretAnswer;
  if ('error' in answer) throw failure(answer.error);
  return answer.value;
}

/** The client stands beside the bundle as `secret-client.js`; from sources it is run through `tsx`. */
function clientArguments(): string[] {
  const bundled = fileURLToPath(new URL('./secret-client.js', import.meta.url));
  if (existsSync(bundled)) return [bundled];
  const loader = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(loader).href, fileURLToPath(new URL('./client.ts', import.meta.url))];
}
