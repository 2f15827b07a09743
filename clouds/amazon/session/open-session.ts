import type { Duplex } from 'node:stream';
import { pause } from '../../../src/contract/helpers/pause.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Cloud } from '../cloud.js';
import { isFault } from '../fault.js';
import { PortStream } from './port-stream.js';

const DOCUMENT = 'AWS-StartPortForwardingSession';
/** Milliseconds between attempts while the agent has not reported yet, or nothing listens at the port; doubles from here. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
/** How long an agent may take to open the port. */
const PATIENCE = 30_000;

export interface SessionTarget {
  readonly cloud: Cloud;
  readonly instance: string;
  /** Of the machine. */
  readonly port: number;
  readonly log: (text: string) => void;
  /** Called before each session. */
  readonly prepare: () => Promise<void>;
}

/**
 * Opens a stream to a port of a machine through Session Manager, and waits for the machine to be ready for that.
 * @throws AwsFault where AWS refuses the session for good; CancelledError
 */
export async function openSession(target: SessionTarget, signal: AbortSignal): Promise<Duplex> {
  for (let milliseconds = FIRST_PAUSE; ; milliseconds = Math.min(milliseconds * 2, LONGEST_PAUSE)) {
    try {
      await target.prepare();
      return await startSession(target, signal);
    } catch (error) {
      const later = isFault(error, 'TargetNotConnected') || error instanceof NotReady;
      if (!later || signal.aborted) throw error;
      target.log(`session: ${error.message}`);
    }
    await pause(milliseconds, signal);
  }
}

/** The session came about, the connection with the port did not. */
class NotReady extends Error {}

async function startSession({ cloud, instance, port, log }: SessionTarget, signal: AbortSignal): Promise<Duplex> {
  const { StartSessionCommand, ResumeSessionCommand, TerminateSessionCommand } = await import('@aws-sdk/client-ssm');
  const ssm = await cloud.ssm();
  const started = await ssm.send(
    new StartSessionCommand({
      Target: instance,
      DocumentName: DOCUMENT,
      Parameters: { portNumber: [String(port)], localPortNumber: ['0'] },
    }),
    { abortSignal: signal },
  );
  const { SessionId = '', StreamUrl: url = '', TokenValue: token = '' } = started;
  const stream = new PortStream({
    log,
    resume: async () => {
      const { StreamUrl = '', TokenValue = '' } = await ssm.send(new ResumeSessionCommand({ SessionId }));
      return { url: StreamUrl, token: TokenValue };
    },
  });
  // It ends by itself after a while, too.
  stream.once('close', () => {
    ssm.send(new TerminateSessionCommand({ SessionId })).catch((error: Error) => log(`session: ${error.message}`));
  });
  await ready(stream, () => stream.open({ url, token }), signal);
  return stream;
}

function ready(stream: PortStream, open: () => Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (reason: string) => finish(new NotReady(reason));
    const timer = setTimeout(() => give('the agent of the machine does not answer'), PATIENCE);
    const failed = (error: Error) => finish(error instanceof ImgpackError ? error : new NotReady(error.message));
    const closed = () => give('the agent of the machine closed the session');
    const aborted = () => give('cancelled');
    const finish = (error?: Error) => {
      clearTimeout(timer);
      stream.off('ready', finish).off('error', failed).off('close', closed);
      signal.removeEventListener('abort', aborted);
      if (!error) return resolve();
      stream.on('error', () => undefined).destroy();
      reject(error);
    };
    stream.once('ready', finish).once('error', failed).once('close', closed);
    signal.addEventListener('abort', aborted, { once: true });
    open().catch(failed);
  });
}
