import { pause } from '../../../src/contract/helpers/pause.js';
import { CancelledError, ImgpackError } from '../../../src/messages/message.js';
import { faultOf, passes } from '../fault.js';
import { messages } from '../messages.js';
import { Limiter } from './limiter.js';
import { type Answer, send } from './send.js';

/** Puts who calls into the headers of a request. */
export type Authorize = (url: string) => Promise<Record<string, string>>;

export interface Sent {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal: AbortSignal;
}

const TRIES = 9;
const FIRST_MILLISECONDS = 200;
const LONGEST_MILLISECONDS = 10_000;

/**
 * Makes calls until they are answered: again where too many were made, where the server is at fault, and where the network
 * breaks, also after an answer that was lost: changes carry an id, under which they are made once.
 */
export class Transport {
  private readonly limiter = new Limiter();

  constructor(private readonly authorize: Authorize) {}

  /**
   * @param action what is said where it fails: `instances.insert`
   * @throws GoogleFault, or ImgpackError `google/unreachable`
   */
  async call(action: string, url: string, sent: Sent): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      await this.limiter.turn(sent.signal);
      const last = attempt === TRIES;
      const answer = await this.once(action, url, sent, last);
      if (answer) {
        if (answer.status < 400) {
          this.limiter.faster();
          return answer;
        }
        const fault = faultOf(action, answer.status, answer.body.toString('utf8'));
        if (last || !passes(fault)) throw fault;
        if (fault.status === 429 || fault.status === 403) this.limiter.slower();
      }
      const longest = Math.min(FIRST_MILLISECONDS * 2 ** (attempt - 1), LONGEST_MILLISECONDS);
      await pause(longest * (0.5 + Math.random() / 2), sent.signal);
    }
  }

  /** Undefined where the network broke and there is another try. */
  private async once(action: string, url: string, sent: Sent, last: boolean): Promise<Answer | undefined> {
    const headers = { ...sent.headers, ...(await this.authorize(url)) };
    try {
      return await send(new URL(url), { ...sent, headers });
    } catch (error) {
      if (sent.signal.aborted) throw new CancelledError();
      if (last) throw new ImgpackError(messages.unreachable(action, (error as Error).message), { cause: error });
      return undefined;
    }
  }

  /** A call whose body and answer are JSON. */
  async json<T>(
    action: string,
    url: string,
    method: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await this.call(action, url, {
      method,
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...sent,
      signal,
    });
    const text = answer.body.toString('utf8');
    return (text === '' ? {} : JSON.parse(text)) as T;
  }
}
