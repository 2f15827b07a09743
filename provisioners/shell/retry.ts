import { formatDuration } from '../../src/contract/duration.js';
import type { ProvisionerContext } from '../../src/contract/context.js';
import { pause } from '../../src/contract/helpers/pause.js';
import { ImgpackError, type Message } from '../../src/messages/message.js';

/** Milliseconds between attempts. */
const INTERVAL = 2000;

/** Faults on this side, and of the choice of communicator: another attempt cannot help. */
const FINAL = /^(script|connection)\/|^ssh\/(source-|agent-|algorithm-|no-)/;

/**
 * Does something in the machine again and again until it works, because the machine may just be restarting.
 * @param limit milliseconds
 * @throws ImgpackError made by `failed` when the time is over
 */
export async function untilItWorks<T>(
  context: Pick<ProvisionerContext, 'signal' | 'log'>,
  limit: number,
  failed: (limit: string, reason: string) => Message,
  attempt: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ImgpackError) || FINAL.test(error.code)) throw error;
      const left = end - performance.now();
      if (left <= 0) {
        throw new ImgpackError(failed(formatDuration(limit), error.message), { cause: error, details: error.details });
      }
      context.log(`shell: ${error.message}; trying again`);
      await pause(Math.min(INTERVAL, left), context.signal);
    }
  }
}
