import { catalogue, ImgpackError } from '../../src/messages/message.js';

const messages = catalogue('amazon-secretsmanager', {
  notSimple: (key: string) => ({
    text: `the field \`${key}\` of the secret is neither text, number nor bool`,
    hint: 'choose another `key`, or decode `secret_string` with `jsondecode`',
  }),
  notObject: () => ({
    text: 'the secret is JSON, but no object',
    hint: 'decode `secret_string` with `jsondecode`',
  }),
});

/**
 * A field of a secret that is a JSON object: `key`, or its only (else its first) one. A secret that is no JSON is its own
 * value, and a field that is not there is empty.
 * @throws ImgpackError where the field is a list or an object
 */
export function pickValue(secret: string, key: string | undefined): string {
  let data: unknown;
  try {
    data = JSON.parse(secret);
  } catch {
    return secret;
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new ImgpackError(messages.notObject());
  const name = key ?? Object.keys(data).sort()[0] ?? '';
  const value = (data as Record<string, unknown>)[name];
  switch (typeof value) {
    case 'undefined':
      return '';
    case 'string':
      return value;
    case 'number':
      return String(Math.trunc(value));
    case 'boolean':
      return String(value);
    default:
      throw new ImgpackError(messages.notSimple(name));
  }
}
