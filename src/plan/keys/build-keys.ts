import type { BuildIdentity } from '../../contract/context.js';
import type { KeyInput } from '../../contract/keys.js';
import type { BuilderCaching } from '../../contract/plugin.js';
import type { PlannedBuild, PlannedComponent, PlannedProvisioner } from '../plan.js';
import { componentInputs, configOf, type ComponentInputs, type InputContext } from './component-inputs.js';
import { inputOf, keyOf, type Digesting } from './digest.js';
import type { AlwaysRuns, BuildKeys, StepKey } from './step-key.js';

/** Raised when the form of keys changes: what was kept before is then made once more. */
const FORMAT = 1;

export type KeyContext = InputContext;

export const LAUNCH = 'launch';
export const FINISH = 'finish';

/** The name of a provisioner's step, in events, plans and on the command line. */
export const provisionerStep = (index: number, { name, type }: Pick<PlannedProvisioner, 'name' | 'type'>): string =>
  `provisioner ${index + 1}: ${name ?? type}`;

/** The name of a post-processor's step. */
export const postProcessorStep = ({ name, type }: Pick<PlannedComponent, 'name' | 'type'>): string =>
  `post-processor: ${name ?? type}`;

/**
 * The keys of a build's steps: from what its options are, what the files hold that it reads, and what it starts from.
 * Nothing is changed outside.
 * @returns undefined where the builder makes nothing that could be found again
 */
export async function keysOf(build: PlannedBuild, context: KeyContext): Promise<BuildKeys | undefined> {
  const caching = build.builder.definition.caching as BuilderCaching<never> | undefined;
  if (!caching) return undefined;
  const launch = await launchKey(build, caching, context);
  const provisioners: StepKey[] = [];
  let last = launch;
  for (const [index, provisioner] of build.provisioners.entries()) {
    last = await provisionerKey(build, provisioner, index, last, context);
    provisioners.push(last);
  }
  const finishing = new Set<string>(caching.finishing);
  const finish = next(
    FINISH,
    last,
    await componentInputs(build.builder, context, (option) => finishing.has(option)),
    context,
  );
  const chains: StepKey[][] = [];
  for (const chain of build.chains) {
    const keys: StepKey[] = [];
    for (const postProcessor of chain) {
      const { type, definition } = postProcessor;
      const own = await componentInputs(postProcessor, context);
      const named = [inputOf('component', 'type', type, context), ...names(build.identity, context), ...own.inputs];
      const always = definition.pure === true ? undefined : 'it does more than make an artifact';
      keys.push(
        next(postProcessorStep(postProcessor), keys.at(-1) ?? finish, { ...own, inputs: named }, context, always),
      );
    }
    chains.push(keys);
  }
  return { launch, provisioners, finish, chains };
}

async function launchKey(build: PlannedBuild, caching: BuilderCaching<never>, context: KeyContext): Promise<StepKey> {
  const { builder, identity } = build;
  const others = new Set<string>([...caching.ignored, ...caching.finishing]);
  const own = await componentInputs(builder, context, (option) => !others.has(option));
  const config = await configOf(builder, context.artifacts);
  const identities = own.madeAnew === undefined ? await caching.identify(config, context) : [];
  const unknown = identities.find(({ value }) => value === undefined);
  const inputs = [
    inputOf('format', 'version of keys', FORMAT, context),
    inputOf('component', 'builder', builder.type, context),
    ...names(identity, context),
    ...own.inputs,
    ...identities.map(({ kind, name, value }) => inputOf(kind, name, value ?? null, context)),
  ];
  const always = unknown && `${unknown.name} is not known before it was fetched`;
  const key = made(LAUNCH, { ...own, inputs }, always);
  const maxAge = caching.maxAge?.(config);
  return maxAge === undefined ? key : { ...key, maxAge };
}

async function provisionerKey(
  build: PlannedBuild,
  provisioner: PlannedProvisioner,
  index: number,
  previous: StepKey,
  context: KeyContext,
): Promise<StepKey> {
  const { type, definition, continueOnError, cache, cacheMaxAge } = provisioner;
  const own = await componentInputs(provisioner, context);
  const inputs = [
    inputOf('component', 'provisioner', type, context),
    ...names(build.identity, context),
    ...(continueOnError ? [inputOf('option', 'continue_on_error', true, context)] : []),
    ...own.inputs,
  ];
  const step = provisionerStep(index, provisioner);
  const key = next(
    step,
    previous,
    { ...own, inputs },
    context,
    await whyAlways(provisioner, definition, cache, context),
  );
  return cacheMaxAge === undefined ? key : { ...key, maxAge: cacheMaxAge };
}

async function whyAlways(
  provisioner: PlannedProvisioner,
  definition: PlannedProvisioner['definition'],
  cache: boolean | undefined,
  context: KeyContext,
): Promise<string | undefined> {
  if (cache === false) return '`cache = false`';
  if (cache === true || !definition.alwaysRuns) return undefined;
  const config = await configOf(provisioner, context.artifacts);
  return definition.alwaysRuns(config);
}

/** What scripts see of the build that they are part of. */
function names(identity: Omit<BuildIdentity, 'runId'>, context: Digesting): KeyInput[] {
  return [inputOf('component', 'name of the source', identity.sourceLabel, context)];
}

function next(step: string, previous: StepKey, own: ComponentInputs, context: Digesting, always?: string): StepKey {
  const { key } = previous;
  const inputs = [inputOf('previous', previous.step, key ?? null, context), ...own.inputs];
  const result = made(step, { ...own, inputs }, always);
  if (key !== undefined || result.always) return result;
  const text = previous.always?.cause === 'earlier' ? previous.always.text : `\`${previous.step}\` runs every time`;
  return { step, inputs, always: { cause: 'earlier', text } };
}

function made(step: string, { inputs, missing, madeAnew }: ComponentInputs, always?: string): StepKey {
  const text =
    always ??
    (madeAnew === undefined ? undefined : `the build \`${madeAnew}\`, whose artifact it reads, is made anew`) ??
    (missing === undefined ? undefined : `\`${missing}\` is not there yet`);
  if (text === undefined) return { step, key: keyOf(inputs), inputs };
  const why: AlwaysRuns = { cause: 'own', text };
  return { step, inputs, always: why };
}
