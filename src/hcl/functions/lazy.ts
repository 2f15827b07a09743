import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A package that is loaded at its first use: most templates call none of the functions that need one. */
export function lazily<T>(name: string): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= require(name) as T);
}
