import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { PassThrough } from 'node:stream';
import type { TransferOptions } from '../../contract/communicator.js';
import { isDirectory } from '../../contract/helpers/docker/engine.js';
import { CancelledError, ImgpackError } from '../../messages/message.js';
import { readTar } from '../tar/reader.js';
import { unpack } from '../tar/unpack.js';
import type { Container } from './communicator.js';
import { messages } from './messages.js';

const NO_TAR = 86;

/** Copies one file; a link to one is followed. */
export async function downloadFile(
  { engine, target }: Container,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  const found = await engine.statPath(target.container(), source);
  if (!found) throw new ImgpackError(messages.noFile(source));
  if (!found.linkTarget && isDirectory(found))
    throw new ImgpackError(messages.downloadFailed(source, 'it is a folder'));
  await mkdir(dirname(destination), { recursive: true });
  const archive = await engine.getArchive(target.container(), found.linkTarget || source, options.signal);
  const file = createWriteStream(destination, { mode: found.mode & 0o777 });
  let done = 0;
  await readTar(archive, {
    begin: () => undefined,
    async content(chunk) {
      done += chunk.length;
      options.onProgress?.(done, found.size);
      if (!file.write(chunk)) await new Promise((resolve) => file.once('drain', () => resolve(undefined)));
    },
    end: () => undefined,
  }).finally(
    () =>
      new Promise<void>((resolve, reject) => file.end((error?: Error | null) => (error ? reject(error) : resolve()))),
  );
}

/** Copies what is in a folder; of a pattern, what it stands for. Links are followed where the container has `tar`. */
export async function downloadDirectory(
  container: Container,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  if (!/[*?[]/.test(source)) return downloadFolder(container, source, destination, options);
  const { engine, target } = container;
  for (const path of await expand(container, source)) {
    const inside = join(destination, posix.basename(path));
    const found = await engine.statPath(target.container(), path);
    const real = found?.linkTarget ? await engine.statPath(target.container(), found.linkTarget) : found;
    if (real && isDirectory(real)) await downloadFolder(container, path, inside, options);
    else await downloadFile(container, path, inside, options);
  }
}

async function downloadFolder(
  container: Container,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  let done = 0;
  const onBytes = (count: number) => options.onProgress?.((done += count));
  if (await byTar(container, source, destination, options, onBytes)) return;
  const { engine, target } = container;
  const path = `${source.replace(/\/+$/, '')}/.`;
  await unpack(await engine.getArchive(target.container(), path, options.signal), destination, onBytes);
}

/** @returns false where the container has no `tar` */
async function byTar(
  { engine, target }: Container,
  source: string,
  destination: string,
  { signal }: TransferOptions,
  onBytes: (count: number) => void,
): Promise<boolean> {
  if (target.windows) return false;
  const pipe = new PassThrough({ highWaterMark: 1 << 20 });
  const errors: Buffer[] = [];
  const script = `command -v tar >/dev/null || exit ${NO_TAR}; cd -- ${quote(source)} && exec tar -c -h -f - .`;
  const unpacked = settle(unpack(pipe, destination, onBytes));
  const exitCode = await engine.exec(target.container(), {
    command: ['/bin/sh', '-c', script],
    ...(target.execUser !== undefined && { user: target.execUser }),
    ...(signal && { signal }),
    onOutput: (stream, chunk) => void (stream === 'stdout' ? pipe.write(chunk) : errors.push(chunk)),
  });
  pipe.end();
  const fault = await unpacked;
  if (exitCode === NO_TAR || exitCode === 126 || exitCode === 127) return false;
  if (signal?.aborted) throw new CancelledError();
  if (exitCode !== 0) {
    const reason = Buffer.concat(errors).toString('utf8').trim() || `exit code ${exitCode ?? 'none'}`;
    throw new ImgpackError(messages.downloadFailed(source, reason));
  }
  if (fault !== undefined) throw fault;
  return true;
}

const settle = (work: Promise<void>): Promise<Error | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

async function expand({ engine, target }: Container, pattern: string): Promise<string[]> {
  const out: Buffer[] = [];
  const script = `for f in ${pattern.replace(/[^\w./*?[\]!^-]/g, (sign) => `\\${sign}`)}; do [ -e "$f" ] && printf '%s\\0' "$f"; done; :`;
  await engine.exec(target.container(), {
    command: ['/bin/sh', '-c', script],
    ...(target.execUser !== undefined && { user: target.execUser }),
    onOutput: (stream, chunk) => void (stream === 'stdout' && out.push(chunk)),
  });
  const paths = Buffer.concat(out).toString('utf8').split('\0').filter(Boolean);
  if (paths.length === 0) throw new ImgpackError(messages.noFile(pattern));
  return paths;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
