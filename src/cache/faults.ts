import { cacheMessages } from '../messages/cache.js';
import { CancelledError, ImgpackError } from '../messages/message.js';

/** What the system says about a file of the cache, as a coded failure; what is coded already stays as it is. */
export function cacheFault(folder: string, error: unknown): Error {
  if (error instanceof ImgpackError || error instanceof CancelledError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error as Error; // A defect, not a matter of the file system.
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ImgpackError(cacheMessages.full(folder), { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new ImgpackError(cacheMessages.notPermitted(folder, message), { cause: error });
  }
  return new ImgpackError(cacheMessages.failed(folder, message), { cause: error });
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
