import type { BuilderContext } from '../../../src/contract/context.js';
import { chooseAccelerator as choose } from '../accelerator.js';
import type { Config } from '../config.js';
import type { Programs } from './find-programs.js';

/** Decides how the guest runs, and says why. */
export async function chooseAccelerator(
  context: BuilderContext<Config>,
  { qemu, driver }: Programs,
): Promise<{ readonly accelerator: string }> {
  const { accelerator, reason } = await choose(context.config, qemu, driver, context);
  if (reason !== undefined) context.say(reason);
  return { accelerator };
}
