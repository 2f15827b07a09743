import { catalogue } from '../../../messages/message.js';

/** What may be wrong with a container engine, as opposed to a template. */
export const messages = catalogue('docker', {
  noEngine: (host: string, reason: string) => ({
    text: `no container engine answers at \`${host}\`: ${reason}`,
    hint: 'start Docker or `podman system service`, or name another engine in `DOCKER_HOST`',
  }),
  endpointUnknown: (host: string) => ({
    text: `\`${host}\` is not the address of a container engine that can be talked to`,
    hint: 'use `unix://`, `tcp://`, `http://` or `https://` in `DOCKER_HOST` or in the context',
  }),
  contextMissing: (name: string, path: string) => ({
    text: `there is no Docker context \`${name}\`: \`${path}\` cannot be read`,
    hint: 'look at `docker context ls`, or unset `DOCKER_CONTEXT`',
  }),
  unreadable: (path: string, reason: string) => ({ text: `\`${path}\` cannot be read: ${reason}` }),
  refused: (what: string, reason: string) => ({ text: `${what}: ${reason}` }),
  pullFailed: (image: string, reason: string) => ({
    text: `\`${image}\` could not be pulled: ${reason}`,
    hint: 'check the name, the network and the login; `pull = false` uses what is there',
  }),
  pushFailed: (image: string, reason: string) => ({
    text: `\`${image}\` could not be pushed: ${reason}`,
    hint: 'check the name and the login of the registry',
  }),
  loginFailed: (server: string, reason: string) => ({
    text: `the login at \`${server}\` failed: ${reason}`,
    hint: 'check `login_username`, `login_password` and `login_server`',
  }),
  credentialHelperFailed: (program: string, server: string, reason: string) => ({
    text: `\`${program}\` gave no login for \`${server}\`: ${reason}`,
  }),
  cutOff: (what: string) => ({ text: `the engine ended the connection in the middle of ${what}` }),
});
