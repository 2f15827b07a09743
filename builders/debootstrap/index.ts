import { resolve } from 'node:path';
import type { BuilderContext, IdentifyContext } from '../../src/contract/context.js';
import { findProgram } from '../../src/contract/helpers/find-program.js';
import { runProgram } from '../../src/contract/helpers/run-program.js';
import type { Machine } from '../../src/contract/machine.js';
import { defineBuilder, Pipeline, type Provisioned, type Requirement } from '../../src/contract/plugin.js';
import type { Resource } from '../../src/contract/resources.js';
import { artifactOf } from './artifact.js';
import { schema, type Config } from './config.js';
import { systemDriver, type Driver } from './driver.js';
import { deliverImage } from './steps/deliver-image.js';
import { filesOf, identityOf, planImage, type ImagePlan } from './steps/plan-image.js';
import { findTools, searchPath, type Tools } from './tools.js';
import { validateConfig } from './validate.js';
import { workDirectoryKind } from './work-directory.js';

export interface State {
  readonly plan: ImagePlan;
  readonly image: Resource<string>;
  readonly machine: Machine;
}

/** The builder over a driver; tests bring one of their own. */
export const debootstrapBuilder = (driverFor: (context: BuilderContext<Config>) => Driver) =>
  defineBuilder({
    type: 'debootstrap',
    summary: 'Makes a disk that boots, or an archive of files, from the packages of Debian or Ubuntu.',
    schema,
    validate: validateConfig,
    inputs: (config) => [
      ...filesOf(config).map((path) => ({
        path,
        option: path === config.customize_script ? 'customize_script' : 'repository',
      })),
      ...(config.keyring ? [{ path: config.keyring, option: 'keyring' }] : []),
    ],
    requirements,
    resourceKinds: [workDirectoryKind],
    caching: {
      ignored: ['cache', 'cache_max_age'],
      finishing: ['output'],
      maxAge: ({ cache, cache_max_age: maxAge }) => (cache ? maxAge : 0),
      async identify(config, context) {
        try {
          const value = await identityOf(config, (disk) => toolsFor(disk, context), context.workingDirectory);
          return [{ kind: 'version', name: 'recipe', value }];
        } catch (error) {
          // Said again, and better, when the image is made.
          context.log(`recipe: ${(error as Error).message}`);
          return [{ kind: 'version', name: 'recipe' }];
        }
      },
    },
    creates: (config, { build, workingDirectory }) => {
      const output = config.output ?? `output-${build.sourceName}`;
      return [{ what: `image \`${output}\``, path: resolve(workingDirectory, output), lasting: true }];
    },
    launch: (): Pipeline<Config, State> =>
      Pipeline.of<Config>()
        .step('plan image', (context) => planImage(context, driverFor(context)))
        .step('make image', (context, { plan }) => deliverImage(context, driverFor(context), plan))
        .step('have no machine', async () => ({ machine: { connection: { type: 'none' } } as const })),
    finish: () =>
      Pipeline.of<Config, State & Provisioned>().step('keep image', async (context, { image, plan }) => {
        await image.keep();
        return { artifact: artifactOf(plan, context.workingDirectory) };
      }),
  });

export default debootstrapBuilder((context) =>
  systemDriver({
    resources: context.resources,
    signal: context.signal,
    env: context.env,
    isRoot: process.getuid?.() === 0,
    log: (line) => context.log(line),
  }),
);

function toolsFor(disk: boolean, { env: outer, signal }: IdentifyContext): Promise<Tools> {
  const env = { ...outer, LC_ALL: 'C.UTF-8', PATH: searchPath(outer) };
  const run = (program: string, args: readonly string[]) => runProgram(program, args, { env, signal });
  return findTools(disk, { env, isRoot: process.getuid?.() === 0, run });
}

function requirements(config?: Config): readonly Requirement[] {
  const program = (name: string, packages: readonly string[], optional: boolean): Requirement => ({
    name,
    packages,
    optional,
    check: async () => ((await findProgram(name)) === undefined ? `\`${name}\` was not found` : undefined),
  });
  const bootstrap: Requirement = {
    name: 'mmdebstrap',
    packages: ['mmdebstrap'],
    async check() {
      if ((await findProgram('mmdebstrap')) !== undefined) return undefined;
      if (process.getuid?.() === 0 && (await findProgram('debootstrap')) !== undefined) return undefined;
      return '`mmdebstrap` was not found';
    },
  };
  if (config?.format === 'tar') return [bootstrap];
  return [bootstrap, program('mke2fs', ['e2fsprogs'], false), program('qemu-img', ['qemu-utils'], false)];
}
