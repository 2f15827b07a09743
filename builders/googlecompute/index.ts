import { cleanResourceName } from '../../clouds/google/clean-resource-name.js';
import { googleKinds } from '../../clouds/google/kinds/index.js';
import { createDisks } from '../../clouds/google/steps/create-disks.js';
import { createImage } from '../../clouds/google/steps/create-image.js';
import { describeMachine } from '../../clouds/google/steps/describe-machine.js';
import { findSourceImage } from '../../clouds/google/steps/find-source-image.js';
import { clearKey, endMachine, waitForScript } from '../../clouds/google/steps/finish-machine.js';
import { makeKey, makeLogin } from '../../clouds/google/steps/make-login.js';
import { checkName, openProject } from '../../clouds/google/steps/open-project.js';
import { startMachine } from '../../clouds/google/steps/start-machine.js';
import { validate } from '../../clouds/google/validate.js';
import { defineBuilder, Pipeline, type Provisioned } from '../../src/contract/plugin.js';
import { type Config, schema } from './config.js';

const launch = () =>
  Pipeline.of<Config>()
    .step('open project', openProject)
    .step('check name', checkName)
    .step('find source image', findSourceImage)
    .step('make key', makeKey)
    .step('make login', makeLogin)
    .step('create disks', createDisks)
    .step('start machine', startMachine)
    .step('describe machine', describeMachine);

type Launched = ReturnType<typeof launch> extends Pipeline<Config, infer State> ? State : never;

/** Starts a machine from an image, and makes an image of its disk. */
export default defineBuilder({
  type: 'googlecompute',
  summary: 'starts a Compute Engine instance from an image and makes an image of its disk',
  schema,
  cleanResourceName,
  validate,
  resourceKinds: googleKinds,
  buildValues: ['SourceImageName'],
  creates: (config) => [
    { what: `instance ${config.machine_type} in ${config.zone}`, lasting: false },
    ...(config.skip_create_image ? [] : [{ what: `image \`${config.image_name}\``, lasting: true }]),
  ],
  launch,
  finish: () =>
    Pipeline.of<Config, Launched & Provisioned>()
      .step('clear key', clearKey)
      .step('wait for startup script', waitForScript)
      .step('end machine', endMachine)
      .step('create image', createImage),
});
