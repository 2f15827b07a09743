import { dockerKinds } from '../../src/contract/helpers/docker/kinds.js';
import { localResourceKinds } from '../../src/contract/helpers/local-kinds.js';
import { defineBuilder, Pipeline, type Provisioned } from '../../src/contract/plugin.js';
import { caching } from './caching.js';
import { schema, type Config } from './config.js';
import { findImage } from './steps/find-image.js';
import { makeArtifact } from './steps/make-artifact.js';
import { runContainer } from './steps/run-container.js';
import { validate } from './validate.js';

const launch = () => Pipeline.of<Config>().step('find image', findImage).step('run container', runContainer);

type Launched = ReturnType<typeof launch> extends Pipeline<Config, infer State> ? State : never;

/** Runs a container, and makes an image or an archive of it. */
export default defineBuilder({
  type: 'docker',
  summary: 'runs a container and makes an image or an archive of it',
  schema,
  validate,
  resourceKinds: [...dockerKinds, ...localResourceKinds],
  buildValues: ['ImageSha256', 'SourceImageDigest'],
  caching,
  launch,
  finish: () => Pipeline.of<Config, Launched & Provisioned>().step('make artifact', makeArtifact),
});
