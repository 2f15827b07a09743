import type { Failure } from '../contract/events.js';
import { CancelledError, ImgpackError } from '../messages/message.js';
import { engineMessages } from '../messages/engine.js';

/** What was thrown, as reported: without a stack; whatever carries no code is a fault of the system or a defect. */
export function toFailure(error: unknown): Failure {
  const message = messageOf(error);
  const causes = error instanceof ImgpackError ? causesOf(error, message.text) : [];
  return {
    ...message,
    ...(error instanceof ImgpackError && error.place && { place: error.place }),
    ...(error instanceof ImgpackError && error.details.length > 0 && { details: error.details }),
    ...(causes.length > 0 && { causes }),
  };
}

function messageOf(error: unknown): { code: string; text: string; hint?: string } {
  if (error instanceof ImgpackError) {
    return { code: error.code, text: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
  if (error instanceof CancelledError) return engineMessages.cancelled();
  if (!(error instanceof Error)) return engineMessages.defect(String(error));
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return engineMessages.diskFull(error.message);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return engineMessages.notPermitted(error.message);
  return syscall === undefined ? engineMessages.defect(error.message) : engineMessages.system(error.message);
}

/** The sentences of the causes; one that the outer sentence already repeats is left out. */
function causesOf(error: Error, said: string): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause.message !== '' && !said.includes(cause.message)) causes.push(cause.message);
  }
  return causes;
}
