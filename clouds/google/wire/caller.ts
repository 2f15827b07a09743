import { AsyncLocalStorage } from 'node:async_hooks';
import { plainHeaders } from './plain-headers.js';
import type { Transport } from './transport.js';

interface Asked {
  /** `instances.insert` */
  readonly name: string;
  readonly signal: AbortSignal;
}

interface Init {
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string | Buffer;
}

/** Makes the requests of Google's client: to the address that the template wants, through proxies, and again where it helps. */
export class Caller {
  private readonly asked = new AsyncLocalStorage<Asked>();

  constructor(
    private readonly transport: Transport,
    readonly universeDomain: string,
    private readonly base: string,
  ) {}

  /** What the client sends while `work` runs belongs to one call. */
  during<T>(asked: Asked, work: () => Promise<T>): Promise<T> {
    return this.asked.run(asked, work);
  }

  /** Google's client wants it to be there; the transport puts the credentials in. */
  getRequestHeaders(): Promise<Headers> {
    return Promise.resolve(new Headers());
  }

  /** Called by Google's client in the manner of `fetch`. */
  async fetch(address: string, { method, headers, body }: Init) {
    const { name, signal } = this.asked.getStore() ?? { name: 'a call', signal: new AbortController().signal };
    const { pathname, search } = new URL(address);
    const answer = await this.transport.call(name, `${this.base}${pathname}${search}`, {
      method,
      headers: plainHeaders(headers),
      ...(body !== undefined && { body }),
      signal,
    });
    return { ok: true, status: answer.status, arrayBuffer: () => Promise.resolve(answer.body) };
  }
}
