import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import type { Driver } from '../driver.js';
import { createDriver } from '../driver.js';
import { messages } from '../messages.js';

export interface Programs {
  readonly driver: Driver;
  readonly qemu: { readonly binary: string; readonly version: number };
}

/** Finds QEMU and `qemu-img` before anything is downloaded or made. */
export async function findPrograms(
  context: BuilderContext<Config>,
  _state: object,
  driver: Driver = createDriver(context),
): Promise<Programs> {
  const { communicator, boot_command: keys, boot_steps: steps } = context.config;
  if (communicator === 'winrm') throw new ImgpackError(messages.winrmUnsupported());
  if (!context.checkpoints?.restore && keys.length + steps.length > 0) {
    throw new ImgpackError(messages.bootCommandUnsupported());
  }
  const binary = await driver.find(context.config.qemu_binary, packageOf(context.config.qemu_binary));
  await driver.find('qemu-img', 'qemu-utils');
  return { driver, qemu: { binary, version: await driver.qemuVersion(binary) } };
}

/** The Debian package that brings a QEMU of this name. */
export function packageOf(binary: string): string {
  const architecture = /qemu-system-([a-z0-9_]+)/.exec(binary)?.[1] ?? 'x86_64';
  if (/^(x86_64|i386)$/.test(architecture)) return 'qemu-system-x86';
  if (/^(aarch64|arm)$/.test(architecture)) return 'qemu-system-arm';
  if (architecture.startsWith('ppc')) return 'qemu-system-ppc';
  if (architecture.startsWith('sparc')) return 'qemu-system-sparc';
  return architecture.startsWith('mips') ? 'qemu-system-mips' : 'qemu-system-misc';
}
