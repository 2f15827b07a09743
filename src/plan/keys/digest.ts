import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from '../../contract/helpers/canonical-json.js';
import type { Json } from '../../contract/json.js';
import type { KeyInput, KeyInputKind } from '../../contract/keys.js';

/** Longest text of a value that is kept beside its digest. */
const SHOWN_LENGTH = 1000;

export interface Digesting {
  /** Key for the digests of what holds a secret: nobody can find the secret by trying. */
  readonly secret: Buffer;
  /** Masks secrets; what it changes holds one. */
  redact(text: string): string;
}

/** A value as an input of a key. `sensitive`: it holds a secret whatever it looks like. */
export function inputOf(
  kind: KeyInputKind,
  name: string,
  value: Json,
  { secret, redact }: Digesting,
  sensitive = false,
): KeyInput {
  const text = canonicalJson(value);
  // JSON escapes characters, and a secret is to be found as it is.
  if (sensitive || stringsIn(value).some((part) => redact(part) !== part)) {
    return { kind, name, digest: `hmac:${createHmac('sha256', secret).update(text).digest('hex')}` };
  }
  const digest = sha256(text);
  return {
    kind,
    name,
    digest,
    ...(text.length <= SHOWN_LENGTH && { shown: typeof value === 'string' ? value : text }),
  };
}

/** The key of a step: 64 hex digits over all of its inputs, in their order. */
export const keyOf = (inputs: readonly KeyInput[]): string =>
  sha256(JSON.stringify(inputs.map(({ kind, name, digest }) => [kind, name, digest]))).slice('sha256:'.length);

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

function stringsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((item: Json) => stringsIn(item));
  return Object.entries(value).flatMap(([key, item]) => [key, ...stringsIn(item as Json)]);
}
