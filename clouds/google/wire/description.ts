import { createRequire } from 'node:module';

/** A message type of Google's description, as far as it is used. */
export interface MessageType {
  readonly fields: Readonly<Record<string, Field>>;
  readonly nested?: Readonly<Record<string, object>>;
}

export interface Field {
  readonly repeated: boolean;
  readonly map: boolean;
  /** The kind of a scalar: `string`, `int64`; else the name of another type. */
  readonly type: string;
  readonly resolvedType: MessageType | { readonly values: object } | null;
  resolve(): Field;
}

/** The root of the description, as Google's client reads it. */
export interface Description {
  lookupType(name: string): MessageType;
  lookupService(name: string): { readonly methods: Readonly<Record<string, { readonly requestType: string }>> };
}

export interface Gax {
  readonly fallback: { readonly GrpcClient: new (options: object) => { loadProtoJSON(json: unknown): unknown } };
  readonly protobuf: { readonly Root: { fromJSON(json: unknown): Description } };
}

export const PACKAGE = 'google.cloud.compute.v1';
const require = createRequire(import.meta.url);

let known: Description | undefined;

export const gax = (): Gax => require('google-gax') as unknown as Gax;

/** Read once for all clients: it is large, and each of them would digest it anew. */
export function description(): Description {
  return (known ??= gax().protobuf.Root.fromJSON(require('@google-cloud/compute/build/protos/protos.json')));
}

export const upper = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The fields that the request of a method has. */
export function requestType(service: string, method: string): MessageType {
  const found = description().lookupService(`${PACKAGE}.${upper(service)}`).methods[upper(method)];
  if (!found) throw new Error(`Compute Engine has no ${service}.${method}`);
  return description().lookupType(`${PACKAGE}.${found.requestType}`);
}
