import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { reservePort } from '../../../src/contract/helpers/free-port.js';
import { serveUntilUndone } from '../../../src/contract/helpers/http-server.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';

export interface WebServer {
  /** This machine as the guest sees it. */
  readonly hostAddress: string;
  /** 0: there is no server. */
  readonly httpPort: number;
}

/** The host in the network that QEMU plays to its guest. */
const HOST_IN_USER_NETWORK = '10.0.2.2';

/** Starts the web server, where the template names something to serve. It ends with the build. */
export async function serveHttp(context: BuilderContext<Config>): Promise<WebServer> {
  const { config } = context;
  const hostAddress = config.net_bridge ? bridgeAddress(config.net_bridge) : HOST_IN_USER_NETWORK;
  const directory = config.http_directory;
  if (!directory && Object.keys(config.http_content).length === 0) return { hostAddress, httpPort: 0 };
  const host = config.http_bind_address || (config.http_network_protocol === 'tcp6' ? '::' : '0.0.0.0');
  const range = { min: config.http_port_min, max: lastPort(config.http_port_min, config.http_port_max), host };
  const { value: port } = await reservePort(context.resources, context.cacheDirectory, range);
  const served = directory
    ? { directory: resolve(context.workingDirectory, directory) }
    : { content: config.http_content };
  const log = (text: string) => context.log(`http: ${text}`);
  await serveUntilUndone(context.resources, served, { host, port, log });
  context.say(`serving HTTP on port ${port}`);
  return { hostAddress, httpPort: port };
}

/** Upper bounds of ports are not taken themselves, unless they are the only one. */
export const lastPort = (min: number, max: number): number => (max > min ? max - 1 : max);

function bridgeAddress(bridge: string): string {
  const address = networkInterfaces()[bridge]?.find(({ family }) => family === 'IPv4');
  if (!address) throw new ImgpackError(messages.bridgeAddressMissing(bridge));
  return address.address;
}
