import { resolve } from 'node:path';
import { localResourceKinds } from '../../src/contract/helpers/local-kinds.js';
import type { Provisioned } from '../../src/contract/plugin.js';
import { defineBuilder, Pipeline } from '../../src/contract/plugin.js';
import { caching } from './caching.js';
import type { Config } from './config.js';
import { schema } from './config.js';
import { inputs } from './inputs.js';
import { machineName, memory, outputDirectory } from './settings.js';
import { requirements } from './requirements.js';
import { chooseAccelerator } from './steps/choose-accelerator.js';
import { clearKey } from './steps/clear-key.js';
import { collectArtifact } from './steps/collect-artifact.js';
import { convertDisk } from './steps/convert-disk.js';
import { copyDisk } from './steps/copy-disk.js';
import { copyEfiVariables } from './steps/copy-efi-variables.js';
import { createDisks } from './steps/create-disks.js';
import { createOutputDirectory } from './steps/create-output-directory.js';
import { describeMachine } from './steps/describe-machine.js';
import { findGuestAddress } from './steps/find-guest-address.js';
import { findPrograms } from './steps/find-programs.js';
import { forwardPort } from './steps/forward-port.js';
import { lookAtState } from './steps/look-at-state.js';
import { makeCd } from './steps/make-cd.js';
import { makeFloppy } from './steps/make-floppy.js';
import { makeKey } from './steps/make-key.js';
import { obtainImage } from './steps/obtain-image.js';
import { prepareScreen } from './steps/prepare-screen.js';
import { resizeDisk } from './steps/resize-disk.js';
import { serveHttp } from './steps/serve-http.js';
import { shutDown } from './steps/shut-down.js';
import { startMachine } from './steps/start-machine.js';
import { startTpm } from './steps/start-tpm.js';
import { validate } from './validate.js';

const launch = () =>
  Pipeline.of<Config>()
    .step('find programs', (context, state) => findPrograms(context, state))
    .step('look at state', lookAtState)
    .step('obtain image', obtainImage)
    .step('create output directory', createOutputDirectory)
    .step('start TPM', startTpm)
    .step('make floppy', makeFloppy)
    .step('make CD', makeCd)
    .step('create disks', createDisks)
    .step('copy disk', copyDisk)
    .step('resize disk', resizeDisk)
    .step('serve HTTP', serveHttp)
    .step('forward port', forwardPort)
    .step('make key', makeKey)
    .step('prepare screen', prepareScreen)
    .step('copy EFI variables', copyEfiVariables)
    .step('choose accelerator', chooseAccelerator)
    .step('start machine', startMachine)
    // The keys of an installer (`boot_command`) are typed here.
    .step('find guest address', findGuestAddress)
    .step('describe machine', describeMachine);

type Launched = ReturnType<typeof launch> extends Pipeline<Config, infer State> ? State : never;

/** Boots a disk image or an installer in QEMU, and makes its disk the result. */
export default defineBuilder({
  type: 'qemu',
  summary: 'boots a disk image or an installer in QEMU and keeps its disk',
  schema,
  validate,
  inputs,
  requirements,
  resourceKinds: localResourceKinds,
  caching,
  creates: (config, { build, workingDirectory }) => [
    {
      what: `machine \`${machineName(config, build)}\` (${config.qemu_binary}, ${memory(config)} MiB)`,
      lasting: false,
    },
    {
      what: `folder \`${outputDirectory(config, build)}\``,
      path: resolve(workingDirectory, outputDirectory(config, build)),
      lasting: true,
    },
  ],
  launch,
  finish: () =>
    Pipeline.of<Config, Launched & Provisioned>()
      .step('clear key', clearKey)
      .step('shut down', shutDown)
      .step('convert disk', convertDisk)
      .step('collect artifact', collectArtifact),
});
