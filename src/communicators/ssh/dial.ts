import type { Client } from 'ssh2';
import { formatDuration } from '../../contract/duration.js';
import { CancelledError, ImgpackError } from '../../messages/message.js';
import type { ConnectContext } from '../context.js';
import type { LoginSurroundings } from './authentication.js';
import { handshake, RefusedError, type HandshakeTarget } from './handshake.js';
import { messages } from './messages.js';
import { probe } from './probe.js';
import type { Route } from './route.js';
import { reasonOf } from './reason.js';
import { pause } from '../../contract/helpers/pause.js';

/** Milliseconds after a refused login; doubles from here. Servers shut out who comes again too fast. */
const FIRST_LOGIN_PAUSE = 1000;
const LONGEST_LOGIN_PAUSE = 8000;
/** Milliseconds after a handshake that broke off. */
const FIRST_BREAK_PAUSE = 50;
const LONGEST_BREAK_PAUSE = 2000;
/** Milliseconds that a state must last to be worth a report. */
const SETTLING = 200;
/** Milliseconds between reports while nothing changes. */
const REPORT_INTERVAL = 5000;

export interface DialTarget extends HandshakeTarget {
  /** Milliseconds; absent: no limit. */
  readonly timeout?: number;
  readonly handshakeAttempts?: number;
}

export interface DialSurroundings extends LoginSurroundings, Pick<ConnectContext, 'signal' | 'waiting' | 'log'> {
  readonly ended?: Promise<string>;
  /** As in `ConnectContext`. */
  readonly unreachable?: Promise<Error>;
  /** Milliseconds after the first refused login; for tests. */
  readonly loginPause?: number;
}

/**
 * Tries to log in until it works: at the moment the port answers, and again while the machine is not ready.
 * @throws ImgpackError `ssh/timeout`, `ssh/authentication-failed`, `ssh/machine-ended`; CancelledError
 */
export async function dial(route: Route, target: DialTarget, surroundings: DialSurroundings): Promise<Client> {
  const address = `${target.host}:${target.port}`;
  const reporter = new Reporter(address, surroundings);
  const give = new AbortController();
  let failure: Error | undefined;
  const stop = (error?: Error) => {
    failure ??= error;
    give.abort();
  };
  const cancelled = () => stop();
  surroundings.signal.addEventListener('abort', cancelled, { once: true });
  if (surroundings.signal.aborted) stop();
  void surroundings.ended?.then((reason) => stop(new ImgpackError(messages.machineEnded(address, reason))));
  void surroundings.unreachable?.then(stop);
  const { timeout } = target;
  const giveUp = () => {
    const limit = formatDuration(timeout as number);
    stop(new ImgpackError(messages.timeout(address, target.username, limit, reporter.lastState)));
  };
  // Longer limits than a timer can hold are none in practice.
  const timer = timeout === undefined ? undefined : setTimeout(giveUp, Math.min(timeout, 2 ** 31 - 1));
  try {
    return await untilLoggedIn(route, target, { ...surroundings, signal: give.signal }, reporter);
  } catch (error) {
    if (failure) throw failure;
    if (surroundings.signal.aborted) throw new CancelledError();
    throw error;
  } finally {
    clearTimeout(timer);
    reporter.close();
    surroundings.signal.removeEventListener('abort', cancelled);
  }
}

async function untilLoggedIn(
  route: Route,
  target: DialTarget,
  surroundings: DialSurroundings,
  reporter: Reporter,
): Promise<Client> {
  const { host, port } = target;
  const { signal } = surroundings;
  let refusals = 0;
  let breakPause = FIRST_BREAK_PAUSE;
  for (;;) {
    const report = (state: string, attempts: number) => reporter.tell(state, attempts);
    const stream = await probe(route, { host, port, signal, report });
    reporter.tell('an SSH server answers, logging in');
    try {
      return await handshake(stream, target, surroundings);
    } catch (error) {
      if (error instanceof ImgpackError || signal.aborted) throw error;
      surroundings.log(`ssh ${host}:${port}: ${reasonOf(error instanceof RefusedError ? error.cause : error)}`);
      if (error instanceof RefusedError) {
        refusals++;
        reporter.tell(`login refused (${error.tried})`, refusals);
        if (target.handshakeAttempts !== undefined && refusals >= target.handshakeAttempts) {
          const message = messages.authenticationFailed(`${host}:${port}`, target.username, refusals, error.tried);
          throw new ImgpackError(message, { cause: error.cause });
        }
        const first = surroundings.loginPause ?? FIRST_LOGIN_PAUSE;
        await pause(Math.min(first * 2 ** (refusals - 1), LONGEST_LOGIN_PAUSE), signal);
      } else {
        reporter.tell(reasonOf(error));
        await pause(breakPause, signal);
        breakPause = Math.min(breakPause * 2, LONGEST_BREAK_PAUSE);
      }
    }
  }
}

/** Says what is waited for: when that has changed and stays so, and now and then while it does not change. */
class Reporter {
  lastState = 'no answer';
  private attempts = 0;
  private readonly start = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly address: string,
    private readonly surroundings: Pick<ConnectContext, 'waiting'>,
  ) {
    this.schedule(SETTLING);
  }

  tell(state: string, attempts = 0): void {
    this.attempts = attempts;
    if (state === this.lastState) return;
    this.lastState = state;
    this.schedule(SETTLING);
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private schedule(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.emit(), milliseconds);
  }

  private emit(): void {
    const times = this.attempts > 1 ? ` (${this.attempts} attempts)` : '';
    this.surroundings.waiting(`SSH at ${this.address}: ${this.lastState}${times}`, performance.now() - this.start);
    this.schedule(REPORT_INTERVAL);
  }
}
