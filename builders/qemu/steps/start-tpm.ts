import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { Config } from '../config.js';
import type { Folders } from './create-output-directory.js';
import type { Programs } from './find-programs.js';

/** Starts the program that plays the TPM, where the machine shall have one. */
export async function startTpm(
  { config, say }: BuilderContext<Config>,
  { driver, privateFolder }: Programs & Folders,
): Promise<{ readonly tpmSocket?: string }> {
  if (!config.vtpm) return {};
  const binary = await driver.find('swtpm', 'swtpm');
  say('starting the TPM emulator');
  const folder = join(privateFolder, 'tpm');
  await mkdir(folder, { mode: 0o700 });
  const socket = join(folder, 'vtpm.sock');
  const version = config.use_tpm1 ? [] : ['--tpm2'];
  const args = ['socket', '--tpmstate', `dir=${folder}`, '--ctrl', `type=unixio,path=${socket}`, ...version];
  await driver.startTpm(binary, args, socket);
  return { tpmSocket: socket };
}
