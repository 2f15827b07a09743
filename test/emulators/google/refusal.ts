/** An answer of Google that is no success. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }

  get body(): object {
    const { status: code, reason, message } = this;
    return { error: { code, message, errors: [{ message, domain: 'global', reason }] } };
  }
}

export const notFound = (path: string): Refusal => new Refusal(404, 'notFound', `The resource '${path}' was not found`);
export const invalid = (message: string): Refusal => new Refusal(400, 'invalid', message);
