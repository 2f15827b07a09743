import type { Duplex } from 'node:stream';
import { pause } from '../../../src/contract/helpers/pause.js';
import { CancelledError, ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import { Close, RelayClosed } from './relay.js';
import { RelayStream, type RelayTarget } from './relay-stream.js';

/** Milliseconds between attempts; doubles from here. */
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;
/** Of machines that still start. */
const LATER: readonly number[] = [Close.unreachable, Close.notFound];

/**
 * Opens a connection with a port of a machine through Google's relay, and waits for the port to be there. Rights may take
 * some seconds to reach the relay: a refusal counts after `patience` milliseconds.
 * @throws ImgpackError `google/tunnel-refused`, CancelledError
 */
export async function openTunnel(target: RelayTarget, patience: number, signal: AbortSignal): Promise<Duplex> {
  const until = performance.now() + patience;
  for (let milliseconds = FIRST_PAUSE; ; milliseconds = Math.min(milliseconds * 2, LONGEST_PAUSE)) {
    const stream = new RelayStream(target);
    const end = (): void => void stream.destroy();
    signal.addEventListener('abort', end, { once: true });
    try {
      await stream.open();
      return stream;
    } catch (error) {
      stream.destroy();
      if (signal.aborted) throw new CancelledError();
      if (error instanceof ImgpackError) throw error;
      const reason = (error as Error).message;
      const isLater = error instanceof RelayClosed && LATER.includes(error.code);
      if (!isLater && performance.now() + milliseconds > until) throw new ImgpackError(messages.tunnelRefused(reason));
      target.log(`tunnel: ${reason}`);
    } finally {
      signal.removeEventListener('abort', end);
    }
    await pause(milliseconds, signal);
  }
}
