/** What is asked of a secret store. */
export type SecretRequest =
  | { readonly store: 'consul'; readonly key: string }
  | { readonly store: 'vault'; readonly path: string; readonly key: string }
  | { readonly store: 'aws'; readonly name: string };

/** The secret as text, or why there is none. */
export type SecretAnswer = { readonly value: string } | { readonly error: string };

/** Variables of the environment that say where a store is and who asks. */
export type SecretEnvironment = Readonly<Record<string, string | undefined>>;
