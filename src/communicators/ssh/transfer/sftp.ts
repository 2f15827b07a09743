import type { SFTPWrapper } from 'ssh2';
import type { TransferOptions } from '../../../contract/communicator.js';
import { CancelledError, ImgpackError } from '../../../messages/message.js';
import type { Connection } from '../connection.js';
import { messages } from '../messages.js';
import { reasonOf } from '../reason.js';
import type { Content } from './source.js';

/** Bytes per request; servers take no less. */
const REQUEST = 32 * 1024;
/** Requests under way at a time: together as much as the session's window. */
const PIPELINE = 64;

/** Writes one file over SFTP, many requests at a time. */
export function uploadBySftp(
  connection: Connection,
  source: Content,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  return inSession(
    connection,
    options,
    (reason) => messages.uploadFailed(destination, reason),
    async (sftp) => {
      const handle = await promised<Buffer>((done) => sftp.open(destination, 'w', { mode: source.mode }, done));
      const pending = new Set<Promise<void>>();
      let fault: unknown;
      let at = 0;
      let written = 0;
      for await (const portion of source.portions) {
        const bytes = Buffer.from(portion.buffer, portion.byteOffset, portion.length);
        for (let from = 0; from < bytes.length && fault === undefined; from += REQUEST) {
          const length = Math.min(REQUEST, bytes.length - from);
          const request = promised<void>((done) => sftp.write(handle, bytes, from, length, at, done))
            .then(() => options.onProgress?.((written += length), source.size))
            .catch((error: unknown) => void (fault ??= error))
            .finally(() => pending.delete(request));
          pending.add(request);
          at += length;
          if (pending.size >= PIPELINE) await Promise.race(pending);
        }
        if (fault !== undefined) break;
      }
      await Promise.all(pending);
      if (fault !== undefined) throw fault;
      // The mode of an open file counts for new files only, and the umask goes off it.
      await promised<void>((done) => sftp.fchmod(handle, source.mode, done));
      await promised<void>((done) => sftp.close(handle, done));
    },
  );
}

/** Fetches one file over SFTP. */
export function downloadBySftp(
  connection: Connection,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  const step = (total: number, _count: number, size: number) => options.onProgress?.(total, size);
  return inSession(
    connection,
    options,
    (reason) => messages.downloadFailed(source, reason),
    (sftp) =>
      promised<void>((done) =>
        sftp.fastGet(source, destination, { concurrency: PIPELINE, chunkSize: REQUEST, step }, done),
      ),
  );
}

async function inSession(
  connection: Connection,
  { signal }: TransferOptions,
  failed: (reason: string) => ReturnType<typeof messages.uploadFailed>,
  work: (sftp: SFTPWrapper) => Promise<void>,
): Promise<void> {
  if (signal?.aborted) throw new CancelledError();
  const sftp = await connection.sftp();
  const stop = () => sftp.end();
  signal?.addEventListener('abort', stop, { once: true });
  const lost = new Promise<never>((_, reject) => {
    sftp.once('close', () => reject(new Error('the connection was lost')));
    sftp.once('error', reject);
  });
  lost.catch(() => undefined);
  try {
    await Promise.race([work(sftp), lost]);
  } catch (error) {
    if (signal?.aborted) throw new CancelledError();
    if (error instanceof ImgpackError) throw error;
    throw new ImgpackError(failed(reasonOf(error)), { cause: error });
  } finally {
    signal?.removeEventListener('abort', stop);
    sftp.end();
  }
}

function promised<T>(start: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}
