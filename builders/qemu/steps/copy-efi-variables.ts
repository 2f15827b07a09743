import { chmod, copyFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import { variablesIn } from '../saved-machine.js';
import { isEfi } from '../settings.js';
import type { Folders } from './create-output-directory.js';
import type { Origin } from './look-at-state.js';

export interface Efi {
  readonly efi?: { readonly code: string; readonly variables: string };
}

/** Where distributions put the firmware; code and variables of one size belong together. */
const KNOWN = [
  { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
  { code: '/usr/share/edk2/x64/OVMF_CODE.4m.fd', variables: '/usr/share/edk2/x64/OVMF_VARS.4m.fd' },
] as const;

/** Copies the store of UEFI variables into the output directory: the machine writes to it. */
export async function copyEfiVariables(
  { config, workingDirectory }: BuilderContext<Config>,
  { output, origin }: Folders & Origin,
): Promise<Efi> {
  if (!isEfi(config)) return {};
  const installed = (await findInstalled()) ?? KNOWN[0];
  const code = resolve(workingDirectory, config.efi_firmware_code || installed.code);
  const source = origin
    ? variablesIn(origin.layer)
    : resolve(workingDirectory, config.efi_firmware_vars || installed.variables);
  for (const path of [code, source]) {
    if (!(await exists(path))) throw new ImgpackError(messages.efiFirmwareMissing(path));
  }
  const variables = join(output.path, 'efivars.fd');
  await copyFile(source, variables);
  await chmod(variables, 0o660);
  return { efi: { code, variables } };
}

/** The first pair of which both are there. */
export async function findInstalled(): Promise<(typeof KNOWN)[number] | undefined> {
  for (const pair of KNOWN) if ((await exists(pair.code)) && (await exists(pair.variables))) return pair;
  return undefined;
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() ?? false;
