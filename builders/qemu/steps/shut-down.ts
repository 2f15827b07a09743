import type { BuilderContext } from '../../../src/contract/context.js';
import { formatDuration } from '../../../src/contract/duration.js';
import type { Provisioned } from '../../../src/contract/plugin.js';
import { CancelledError, ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import type { Started } from './start-machine.js';

/** How long a machine may take to react to its power button before it is switched off. */
const POWER_BUTTON_MILLISECONDS = 90_000;

/**
 * Powers the machine off: by the template's command, else by its power button. A machine without a communicator powers
 * itself off.
 */
export async function shutDown(
  context: BuilderContext<Config>,
  { monitor, running, communicator }: Started & Provisioned,
): Promise<void> {
  const { config } = context;
  const limit = config.shutdown_timeout;
  const gone = running.exited.then(() => true);
  if (config.communicator === 'none') {
    context.say('waiting for the machine to power itself off');
    await required(gone, limit, context);
  } else if (config.shutdown_command) {
    context.say('shutting the machine down');
    await runCommand(context, communicator, gone);
    await required(gone, limit, context);
  } else {
    context.say('pressing the power button');
    await ignoreWhenGone(monitor.execute('system_powerdown'), running);
    if (await within(gone, Math.min(limit, POWER_BUTTON_MILLISECONDS), context)) return;
    context.say('the machine ignores its power button and is switched off');
    await ignoreWhenGone(monitor.execute('quit'), running);
    await required(gone, limit, context);
  }
}

/** The exit status does not count: the connection may break before it arrives. */
async function runCommand(
  context: BuilderContext<Config>,
  communicator: Provisioned['communicator'],
  gone: Promise<boolean>,
): Promise<void> {
  const command = context.config.shutdown_command as string;
  const run = communicator
    .run(command, { signal: context.signal, onLine: (stream, line) => context.output(stream, line) })
    .then(({ exitCode }) => context.log(`shutdown_command ended with exit code ${exitCode}`))
    .catch((error: unknown) => context.log(`shutdown_command: ${String(error)}`));
  await Promise.race([run, gone]);
}

async function required(gone: Promise<boolean>, limit: number, context: BuilderContext<Config>): Promise<void> {
  if (!(await within(gone, limit, context))) throw new ImgpackError(messages.shutdownTimeout(formatDuration(limit)));
}

/** @returns whether the machine was gone in time */
async function within(
  gone: Promise<boolean>,
  milliseconds: number,
  { signal }: BuilderContext<Config>,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  let stop: () => void = () => undefined;
  try {
    return await Promise.race([
      gone,
      new Promise<boolean>((resolve, reject) => {
        timer = setTimeout(() => resolve(false), milliseconds);
        stop = () => reject(new CancelledError());
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** A QEMU that ends breaks the connection before it answers. */
async function ignoreWhenGone(call: Promise<unknown>, running: Started['running']): Promise<void> {
  try {
    await call;
  } catch (error) {
    const closed = error instanceof ImgpackError && error.code === 'qemu/monitor-closed';
    if (running.isAlive() && !closed) throw error;
  }
}
