import { readFile } from 'node:fs/promises';
import { catalogue, ImgpackError } from '../../../messages/message.js';
import type { DownloadContext } from '../download.js';
import { httpRequest } from '../http-client.js';
import { IDLE_MILLISECONDS } from './fetch-to-file.js';

/** A list of checksums is text of some kilobytes; what is longer is something else. */
const MAX_BYTES = 16 << 20;

const messages = catalogue('checksum-list', {
  unreadable: (location: string, reason: string) => ({
    text: `the list of checksums \`${location}\` cannot be read: ${reason}`,
    hint: 'check its location, or write the checksum itself',
  }),
});

/**
 * Reads a list of checksums from a path or a URL.
 * @throws ImgpackError `checksum-list/unreadable`
 */
export async function readList(
  list: { readonly location: string; readonly local: boolean },
  context: Pick<DownloadContext, 'env' | 'signal'>,
): Promise<string> {
  try {
    return list.local ? await readFile(list.location, 'utf8') : await fetchText(list.location, context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    throw new ImgpackError(messages.unreadable(list.location, (error as Error).message), { cause: error });
  }
}

async function fetchText(url: string, context: Pick<DownloadContext, 'env' | 'signal'>): Promise<string> {
  const response = await httpRequest(url, { env: context.env, signal: context.signal, idleTimeout: IDLE_MILLISECONDS });
  try {
    if (response.status !== 200) throw new Error(`the server answered with status ${response.status}`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MAX_BYTES) throw new Error('it is longer than 16 MiB');
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    response.body.destroy();
  }
}
