/**
 * A program of its own: reads a request from standard input and writes the answer to standard output. Expressions are
 * evaluated synchronously, so the functions that ask a network run this one and wait for it.
 */
import { text } from 'node:stream/consumers';
import type { SecretAnswer, SecretRequest } from './request.js';

async function answer(request: SecretRequest): Promise<string> {
  switch (request.store) {
    case 'consul':
      return (await import('./consul.js')).readConsulKey(request.key, process.env);
    case 'vault':
      return (await import('./vault.js')).readVaultKey(request.path, request.key, process.env);
    case 'aws':
      return (await import('./aws.js')).readAwsSecret(request.name, process.env);
  }
}

/** Connection faults of several addresses carry their words in the parts. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}

const request = JSON.parse(await text(process.stdin)) as SecretRequest;
const result: SecretAnswer = await answer(request).then(
  (value) => ({ value }),
  (error: unknown) => ({ error: wordsOf(error) }),
);
process.stdout.write(JSON.stringify(result));
