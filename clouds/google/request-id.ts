import { createHash, randomUUID } from 'node:crypto';

/** A new id of a request. */
export const newRequestId = (): string => randomUUID();

/** The id of the request that makes the resource of a token: always the same, so that one is made, however often it is asked for. */
export function requestIdOf(token: string): string {
  const hex = createHash('sha256').update(token).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
