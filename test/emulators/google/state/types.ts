import type { Operation } from './operations.js';

/** What a resource is to the outside: JSON, with whatever fields it has. */
export type Thing = Record<string, unknown> & { name: string; selfLink: string; id: string };

/** A call as the handlers see it: values from the path and the query, and the body. */
export interface Asked {
  readonly values: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
  /** `https://compute.googleapis.com` */
  readonly base: string;
}

export type Handler = (asked: Asked) => object;

/** Starts an operation: `done` is carried out when it is over. */
export type Start = (
  asked: Asked,
  operationType: string,
  target: { readonly selfLink: string; readonly id: string },
  done: () => void,
) => Operation;
