import { join } from 'node:path';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { ConnectionTarget } from '../../../src/contract/communicator.js';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { KeyPair } from '../../../src/contract/helpers/key-pair.js';
import { ppmToPng } from '../../../src/contract/helpers/png.js';
import type { Machine } from '../../../src/contract/machine.js';
import { sshTargetFrom } from '../../../src/contract/options/communicator.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { consoleTail } from '../console.js';
import { messages } from '../messages.js';
import { describeFile } from '../saved-machine.js';
import { StateSaver } from '../state-saver.js';
import type { Efi } from './copy-efi-variables.js';
import type { Disks } from './create-disks.js';
import type { Folders } from './create-output-directory.js';
import type { Programs } from './find-programs.js';
import type { Forward } from './forward-port.js';
import type { Origin } from './look-at-state.js';
import type { SourceImage } from './obtain-image.js';
import type { Started } from './start-machine.js';
import type { WebServer } from './serve-http.js';

type Before = Programs &
  SourceImage &
  Efi &
  Origin &
  Started &
  Forward &
  WebServer &
  Folders &
  Disks & { readonly keyPair?: KeyPair; readonly guestAddress?: string; readonly accelerator: string };

/** Puts together what the engine needs to know of the machine. */
export async function describeMachine(
  context: BuilderContext<Config>,
  state: Before,
): Promise<{ readonly machine: Machine; readonly saver?: StateSaver }> {
  const { keyPair, hostAddress, httpPort, running, serialLog } = state;
  const saver = await saverOf(context, state);
  const machine: Machine = {
    connection: connection(context, state),
    values: {
      PackerHTTPIP: hostAddress,
      PackerHTTPPort: String(httpPort),
      PackerHTTPAddr: `${hostAddress}:${httpPort}`,
      ...(keyPair && { SSHPublicKey: keyPair.publicKey, SSHPrivateKey: keyPair.privateKey }),
    },
    ended: state.ended,
    console: { tail: (lines) => consoleTail(serialLog, lines) },
    screenshot: (path) => saveScreen(state, path),
    ...(saver && { checkpoint: (communicator) => saver.save(communicator) }),
    ...(state.origin?.saved.memory && { restored: true }),
    handle: {
      pid: running.pid,
      commandLine: state.commandLine,
      monitorSocket: join(state.privateFolder, 'qmp.sock'),
      disks: state.disks,
      accelerator: state.accelerator,
      httpPort,
      ...(state.forward && { forward: { ...state.forward } }),
    },
  };
  return { machine, ...(saver && { saver }) };
}

/** Where states are kept, and there is a layer for them. */
async function saverOf(context: BuilderContext<Config>, state: Before): Promise<StateSaver | undefined> {
  const { layer, disks, imagePath, imageUrl, accelerator, machineArguments, keyPair, efi } = state;
  if (!layer) return undefined;
  return new StateSaver(context, {
    ...state,
    layer,
    disks,
    ...(efi && { efi }),
    machine: {
      image: { ...(await describeFile(imagePath)), url: imageUrl },
      accelerator,
      machine: machineArguments,
      ...(keyPair && { keyPair }),
    },
  });
}

function connection(context: BuilderContext<Config>, state: Before): ConnectionTarget {
  const { config } = context;
  if (config.communicator === 'none') return { type: 'none' };
  return sshTargetFrom(
    config,
    {
      host: state.guestAddress ?? '127.0.0.1',
      port: state.forward?.host,
      privateKeys: state.keyPair ? [state.keyPair.privateKey] : [],
    },
    context,
  );
}

/** QEMU writes the screen as plain pixels; not every build of it knows PNG. */
async function saveScreen({ monitor, privateFolder }: Before, path: string): Promise<void> {
  const raw = join(privateFolder, 'screen.ppm');
  await monitor.execute('screendump', { filename: raw });
  const png = ppmToPng(await readFile(raw));
  await rm(raw, { force: true });
  if (!png) throw new ImgpackError(messages.monitorRefused('screendump', 'it wrote no picture'));
  await writeFile(path, png);
}
