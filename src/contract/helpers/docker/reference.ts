/** Takes a name of an image apart; of `NAME@sha256:…` the digest is the tag, as the API has it. */
export function splitReference(reference: string): { readonly name: string; readonly tag?: string } {
  const at = reference.indexOf('@');
  if (at > 0) return { name: reference.slice(0, at), tag: reference.slice(at + 1) };
  const colon = reference.lastIndexOf(':');
  if (colon > reference.lastIndexOf('/')) return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
  return { name: reference };
}

/** Key of Docker Hub in the configuration of the client. */
export const DOCKER_HUB = 'https://index.docker.io/v1/';

/** The registry that a name belongs to: what stands before the first slash where that looks like a host. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : DOCKER_HUB;
}
