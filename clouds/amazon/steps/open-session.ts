import { pause } from '../../../src/contract/helpers/pause.js';
import { type TunnelPort, tunnelUntilUndone } from '../../../src/contract/helpers/tunnel-port.js';
import { openSession } from '../session/open-session.js';
import { pushKey } from '../session/push-key.js';
import type { Context, InCloud } from './config.js';
import type { Key } from './make-key-pair.js';
import type { Started } from './start-instance.js';

/** Where the template wants that: a port of this host from which Session Manager leads to the machine's SSH server. */
export async function openSessionPort(
  context: Context,
  { cloud, instance, keyName }: InCloud & Key & Started,
): Promise<TunnelPort | undefined> {
  const { config, resources, signal } = context;
  if (config.communicator !== 'ssh' || config.ssh_interface !== 'session_manager' || config.ssh_host) return undefined;
  const id = instance.InstanceId ?? '';
  const file = keyName === undefined ? config.ssh_private_key_file : undefined;
  let complained = false;
  const prepare = async () => {
    if (!file) return;
    try {
      await pushKey(cloud, id, config.ssh_username ?? '', file);
    } catch (error) {
      if (!complained) context.complain(`the machine must know the key by itself: ${(error as Error).message}`);
      complained = true;
    }
  };
  const log = (text: string) => context.log(text);
  const target = { cloud, instance: id, port: config.ssh_port || 22, log, prepare };
  let waits = config.pause_before_ssm ?? 0;
  const tunnel = await tunnelUntilUndone(resources, {
    port: config.session_manager_port ?? 0,
    log,
    open: async (stop) => {
      const first = waits;
      waits = 0;
      if (first > 0) await pause(first, AbortSignal.any([stop, signal]));
      return openSession(target, stop);
    },
  });
  context.say(`Session Manager leads from port ${tunnel.port} of this machine to port ${target.port} of ${id}`);
  return tunnel;
}
