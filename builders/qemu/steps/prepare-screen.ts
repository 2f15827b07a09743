import { randomBytes } from 'node:crypto';
import type { BuilderContext } from '../../../src/contract/context.js';
import { reservePort } from '../../../src/contract/helpers/free-port.js';
import type { Config } from '../config.js';
import { lastPort } from './serve-http.js';

export interface Screen {
  readonly vncPort: number;
  readonly vncPassword?: string;
}

/** Finds a port for the screen, and a password where one is wanted. */
export async function prepareScreen(context: BuilderContext<Config>): Promise<Screen> {
  const { config } = context;
  const { vnc_port_min: min, vnc_port_max: max, vnc_bind_address: host } = config;
  const range = { min, max: lastPort(min, max), host };
  const { value: vncPort } = await reservePort(context.resources, context.cacheDirectory, range);
  if (config.headless) context.say(`the screen can be seen at vnc://${host}:${vncPort}`);
  if (!config.vnc_use_password) return { vncPort };
  const vncPassword = config.vnc_password || randomBytes(6).toString('base64url');
  if (config.headless) context.say(`the password of the screen: ${vncPassword}`);
  if (!config.vnc_password) context.addSecret(vncPassword);
  return { vncPort, vncPassword };
}
