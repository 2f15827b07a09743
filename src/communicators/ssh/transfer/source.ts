import { stat } from 'node:fs/promises';
import { ImgpackError } from '../../../messages/message.js';
import { content, FileChangedError } from '../../tar/pack.js';
import { messages } from '../messages.js';
import { reasonOf } from '../reason.js';

export type UploadSource = { readonly path: string } | { readonly content: Uint8Array | string };

/** What one upload sends. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** Permission bits of the target. */
  readonly mode: number;
  /** Exactly `size` bytes, in portions. */
  readonly portions: AsyncIterable<Uint8Array>;
}

/** Permissions of a target whose source has none. */
const DEFAULT_MODE = 0o644;

/** @throws ImgpackError `ssh/source-unreadable` */
export async function openSource(source: UploadSource, mode: number | undefined): Promise<Content> {
  if ('content' in source) {
    const bytes = typeof source.content === 'string' ? Buffer.from(source.content) : source.content;
    return { size: bytes.length, mode: mode ?? DEFAULT_MODE, portions: once(bytes) };
  }
  try {
    const stats = await stat(source.path);
    if (!stats.isFile()) throw new Error(stats.isDirectory() ? 'it is a folder' : 'it is no plain file');
    return { size: stats.size, mode: mode ?? stats.mode & 0o777, portions: content(source.path, stats.size) };
  } catch (error) {
    throw sourceFault(error, source.path);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** What went wrong while reading, as a coded error. */
export function sourceFault(error: unknown, path: string): ImgpackError {
  if (error instanceof ImgpackError) return error;
  if (error instanceof FileChangedError) return new ImgpackError(messages.sourceChanged(error.path), { cause: error });
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'it does not exist' : reasonOf(error);
  return new ImgpackError(messages.sourceUnreadable((error as NodeJS.ErrnoException).path ?? path, reason), {
    cause: error,
  });
}
