import { clearTemporaryKey } from '../../../src/contract/helpers/clear-key.js';
import { lineSplitter } from '../../../src/contract/helpers/lines.js';
import { pause } from '../../../src/contract/helpers/pause.js';
import type { Provisioned } from '../../../src/contract/plugin.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { messages } from '../messages.js';
import { plainText, serialReader } from '../serial.js';
import { scriptStatus } from '../startup-script.js';
import { type Context, type InCloud, type Key, placeOf, type Started } from './config.js';

const FIRST_MILLISECONDS = 2000;
const LONGEST_MILLISECONDS = 15_000;

/** Leaves no way into the image for the temporary key, where the template wants that. */
export async function clearKey(context: Context, { communicator, keyPair }: Provisioned & Key): Promise<void> {
  if (context.config.ssh_clear_authorized_keys && keyPair) await clearTemporaryKey(context, communicator, keyPair);
}

/** Waits for the end of the startup script, and shows meanwhile what the machine says on its serial console. */
export async function waitForScript(
  context: Context,
  { cloud, name, waitsForScript }: InCloud & Started,
): Promise<void> {
  if (!waitsForScript) return;
  const { config, signal, env, output, say } = context;
  const machine = { ...placeOf(config), instance: name };
  const read = serialReader(cloud, machine);
  const lines = lineSplitter((line) => output('stdout', line));
  say('waiting for the startup script');
  let heard = '';
  const first = (Number(env['GOOGLE_POLL_DELAY_SECONDS']) || 0) * 1000 || FIRST_MILLISECONDS;
  for (let delay = first; ; delay = Math.min(delay * 1.5, LONGEST_MILLISECONDS)) {
    const news = await read(signal);
    heard += news;
    lines.write(Buffer.from(plainText(news)));
    const { metadata } = await cloud.call('instances.get', machine, signal);
    const status = scriptStatus(metadata?.items ?? [], heard);
    if (status !== undefined) lines.end();
    if (status === 'error') throw new ImgpackError(messages.scriptFailed(name));
    if (status === 'done') return;
    await pause(delay, signal);
  }
}

/** Ends the machine. Its boot disk stays. */
export async function endMachine({ say }: Context, { machineResource, name }: Started): Promise<void> {
  say(`deleting the instance ${name}`);
  await machineResource.destroy();
}
