import type { Readable } from 'node:stream';
import { CancelledError } from '../../../messages/message.js';
import { lineSplitter } from '../lines.js';

interface Progress {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly progressDetail?: { readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly aux?: Readonly<Record<string, unknown>>;
}

/**
 * Reads what an engine tells while it pulls, pushes or builds: JSON, one object a line. Lines of bars that grow are left
 * out.
 * @returns the fault that it ended with, where it did, and the facts it gave
 */
export async function readProgress(
  response: Readable,
  onText: (text: string) => void,
  signal?: AbortSignal,
): Promise<{ readonly fault?: string; readonly aux: readonly Readonly<Record<string, unknown>>[] }> {
  let fault: string | undefined;
  const aux: Readonly<Record<string, unknown>>[] = [];
  const lines = lineSplitter((line) => {
    if (line.trim() === '') return;
    const { stream, status, id, progress, error, errorDetail, aux: facts } = JSON.parse(line) as Progress;
    if (error !== undefined) fault = errorDetail?.message ?? error;
    if (facts) aux.push(facts);
    if (stream !== undefined) onText(stream);
    else if (status !== undefined && !progress) onText(id ? `${id}: ${status}` : status);
  });
  try {
    for await (const chunk of response) lines.write(chunk as Buffer);
  } catch (error) {
    if (signal?.aborted) throw new CancelledError();
    throw error;
  }
  lines.end();
  return { ...(fault !== undefined && { fault }), aux };
}
