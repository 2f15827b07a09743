/** A tunnel as written in an option: `PORT:HOST:HOSTPORT`. */
export interface Tunnel {
  /** Where it begins. */
  readonly port: number;
  readonly host: string;
  readonly hostPort: number;
}

/** Reads a tunnel; undefined where the text is not one. IPv6 addresses stand in brackets. */
export function parseTunnel(text: string): Tunnel | undefined {
  const [, port, host, hostPort] = /^(\d+):(\[[^\]]+\]|[^:]+):(\d+)$/.exec(text) ?? [];
  if (port === undefined || host === undefined || hostPort === undefined) return undefined;
  const tunnel = { port: Number(port), host: host.replace(/^\[|\]$/g, ''), hostPort: Number(hostPort) };
  return tunnel.port <= 65_535 && tunnel.hostPort > 0 && tunnel.hostPort <= 65_535 ? tunnel : undefined;
}
