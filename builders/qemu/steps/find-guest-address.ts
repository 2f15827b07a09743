import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { BuilderContext } from '../../../src/contract/context.js';
import { CancelledError, ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import type { Monitor } from '../qmp.js';
import type { Started } from './start-machine.js';

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 2000;
const DEFAULT_LIMIT_MILLISECONDS = 5 * 60_000;

/** On a bridge, learns the address of the machine from the neighbours that this host has seen there. */
export async function findGuestAddress(
  context: BuilderContext<Config>,
  { monitor, ended }: Started,
): Promise<{ readonly guestAddress?: string }> {
  const { config, signal } = context;
  if (!config.net_bridge || config.communicator === 'none' || config.ssh_host) return {};
  const cardAddress = await readCardAddress(monitor);
  context.say(`waiting for the address of the machine (${cardAddress}) on ${config.net_bridge}`);
  let over: string | undefined;
  void ended.then((reason) => (over = reason));
  const end = performance.now() + (config.ssh_timeout || DEFAULT_LIMIT_MILLISECONDS);
  for (
    let wait = FIRST_PAUSE_MILLISECONDS;
    performance.now() < end;
    wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)
  ) {
    const guestAddress = findNeighbour(await readFile('/proc/net/arp', 'utf8'), cardAddress, config.net_bridge);
    if (guestAddress !== undefined) return { guestAddress };
    if (signal.aborted) throw new CancelledError();
    if (over !== undefined) throw new ImgpackError(messages.machineEnded(over));
    await pause(wait);
  }
  throw new ImgpackError(messages.guestAddressMissing(config.net_bridge));
}

/** The hardware address of the network card that hangs on `user.0`. */
async function readCardAddress(monitor: Monitor): Promise<string> {
  for (const path of ['/machine/peripheral-anon', '/machine/peripheral']) {
    const children = (await monitor.execute('qom-list', { path })) as { name: string; type: string }[];
    for (const { name, type } of children) {
      if (!type.startsWith('child<')) continue;
      const device = `${path}/${name}`;
      const properties = (await monitor.execute('qom-list', { path: device })) as { name: string }[];
      const has = (property: string) => properties.some((known) => known.name === property);
      if (
        has('netdev') &&
        has('mac') &&
        (await monitor.execute('qom-get', { path: device, property: 'netdev' })) === 'user.0'
      ) {
        return (await monitor.execute('qom-get', { path: device, property: 'mac' })) as string;
      }
    }
  }
  throw new ImgpackError(messages.monitorRefused('qom-list', 'no network card hangs on `user.0`'));
}

/** Looks a hardware address up in the text of `/proc/net/arp`; entries that are not complete do not count. */
export function findNeighbour(table: string, cardAddress: string, device: string): string | undefined {
  const COMPLETE = 0x2;
  for (const line of table.split('\n').slice(1)) {
    const [address, , flags = '0', hardware = '', , name] = line.trim().split(/\s+/);
    const complete = (Number.parseInt(flags, 16) & COMPLETE) !== 0;
    if (complete && name === device && hardware.toLowerCase() === cardAddress.toLowerCase()) return address;
  }
  return undefined;
}
