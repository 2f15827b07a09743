import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

/** A call that Google refused. `status` is that of HTTP, `reason` the short word for it. */
export class GoogleFault extends ImgpackError {
  constructor(
    readonly action: string,
    readonly status: number,
    readonly reason: string,
    text: string,
  ) {
    super(messages.callFailed(action, status, reason, text));
  }
}

interface ErrorBody {
  readonly error?:
    | string
    | {
        readonly message?: string;
        readonly status?: string;
        readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
      };
  readonly error_description?: string;
}

/** What an answer that is no success says. */
export function faultOf(action: string, status: number, body: string): GoogleFault {
  let parsed: ErrorBody = {};
  try {
    parsed = JSON.parse(body) as ErrorBody;
  } catch {
    // A page of a proxy on the way.
  }
  const { error } = parsed;
  if (typeof error === 'string') return new GoogleFault(action, status, error, parsed.error_description ?? '');
  const text = error?.message ?? body.slice(0, 200);
  return new GoogleFault(action, status, error?.errors?.[0]?.reason ?? error?.status ?? 'unknown', text);
}

/** Whether Google refused a call with this status, and for this reason where one is given. */
export const isFault = (error: unknown, status: number, reason?: RegExp): error is GoogleFault =>
  error instanceof GoogleFault && error.status === status && (reason === undefined || reason.test(error.reason));

/** Awaits a removal; what is gone already is as good. */
export async function unlessGone<T>(removal: Promise<T>): Promise<T | undefined> {
  try {
    return await removal;
  } catch (error) {
    if (isFault(error, 404)) return undefined;
    throw error;
  }
}

/** Whether a refusal passes by asking again: too many calls, or a fault of the server. */
export const passes = ({ status, reason }: GoogleFault): boolean =>
  status === 429 || [500, 502, 503, 504].includes(status) || (status === 403 && /rateLimitExceeded/i.test(reason));
