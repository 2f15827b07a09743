import { connect } from '../../src/communicators/connect.js';
import type { ConnectContext } from '../../src/communicators/context.js';
import type { Communicator, ConnectionTarget } from '../../src/contract/communicator.js';
import { ImgpackError } from '../../src/messages/message.js';

export interface Said {
  readonly said: string[];
  readonly waited: string[];
  readonly logged: string[];
}

/** A context that notes what is told; the agent of whoever runs the tests is left out of it. */
export function connecting(more: Partial<ConnectContext> = {}): ConnectContext & Said {
  const notes: Said = { said: [], waited: [], logged: [] };
  return {
    signal: new AbortController().signal,
    env: {},
    say: (text) => notes.said.push(text),
    waiting: (text) => notes.waited.push(text),
    log: (text) => notes.logged.push(text),
    ...more,
    ...notes,
  };
}

/** Connects, lets `work` use the connection, and closes it. */
export async function connected<T>(
  target: ConnectionTarget,
  work: (communicator: Communicator) => Promise<T>,
  context: ConnectContext = connecting(),
): Promise<T> {
  const communicator = await connect(target, context);
  try {
    return await work(communicator);
  } finally {
    await communicator.close();
  }
}

/** Runs a command; its output is given in lines with the stream in front. */
export async function output(communicator: Communicator, command: string): Promise<string[]> {
  const lines: string[] = [];
  const { exitCode } = await communicator.run(command, { onLine: (stream, line) => lines.push(`${stream}: ${line}`) });
  return [...lines, `exit: ${exitCode}`];
}

/** The coded error that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<ImgpackError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ImgpackError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
