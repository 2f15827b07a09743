import type { BuildValues } from '../artifact.js';
import type { Machine } from '../machine.js';

/** `build.*` for post-processors: how the machine was reached, and what it came from. */
export function valuesOf({ connection, values }: Machine): BuildValues {
  if (connection.type !== 'ssh') return { ConnType: connection.type, ...values };
  const { host, port, username, password } = connection;
  return { Host: host, Port: port, User: username, Password: password ?? '', ConnType: 'ssh', ...values };
}
