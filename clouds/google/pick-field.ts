import { parse } from 'yaml';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

/**
 * A field of a payload that is an object in JSON or YAML, as text; one that is no scalar comes as JSON.
 * @throws ImgpackError `google/payload-unreadable`
 */
export function pickField(payload: string, format: string, key: string): string {
  let data: unknown;
  try {
    data = format === 'YAML' ? parse(payload) : JSON.parse(payload);
  } catch {
    // A parser's message quotes what it read, which is a secret here.
    throw new ImgpackError(messages.payloadUnreadable(`it is no ${format || 'JSON'}`));
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new ImgpackError(messages.payloadUnreadable('it is something else'));
  const value = (data as Record<string, unknown>)[key];
  if (value === undefined) throw new ImgpackError(messages.payloadUnreadable(`it has no field \`${key}\``));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
