import { resolve } from 'node:path';
import type { IdentifyContext } from '../../contract/context.js';
import { expandGlob } from '../../contract/helpers/glob.js';
import type { Json } from '../../contract/json.js';
import type { KeyInput } from '../../contract/keys.js';
import type { AnyDefinition, FileInput } from '../../contract/plugin.js';
import { namedArtifacts } from '../artifacts/values.js';
import type { ArtifactValues, KnownArtifact } from '../late-values.js';
import type { PlannedComponent } from '../plan.js';
import { inputOf, type Digesting } from './digest.js';

export interface ComponentInputs {
  readonly inputs: readonly KeyInput[];
  /** A file that it reads and that is not there yet. */
  readonly missing?: string;
  /** Name of a build that it reads and that is made anew. */
  readonly madeAnew?: string;
}

/** For the keys of one build. */
export interface InputContext extends IdentifyContext, Digesting {
  /** Artifacts of other builds, by the id of the build that makes them. */
  readonly artifacts: ReadonlyMap<string, KnownArtifact>;
}

/**
 * What decides a component: its options, the `build.*` values that it asks for, by name, the artifacts that it reads, and the
 * content of the files that it reads.
 * @param takes which options count; absent: all
 */
export async function componentInputs(
  component: PlannedComponent,
  context: InputContext,
  takes: (option: string) => boolean = () => true,
): Promise<ComponentInputs> {
  const { buildKeys, artifacts, definition } = component;
  const build = Object.fromEntries(buildKeys.map((key) => [key, `build.${key}`]));
  const config = component.configWith({ build, artifacts: namedArtifacts(artifacts) });
  const inputs: KeyInput[] = [];
  for (const [option, value] of Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined || !takes(option)) continue;
    const sensitive = definition.schema.attributes[option]?.sensitive === true;
    inputs.push(inputOf('option', option, value as Json, context, sensitive));
  }
  for (const key of buildKeys) inputs.push(inputOf('build', `build.${key}`, key, context));
  const names = new Map(artifacts.map(({ build: id, name }) => [id, name]));
  for (const id of names.keys()) inputs.push(inputOf('artifact', id, context.artifacts.get(id)?.key ?? null, context));
  const madeAnew = [...names].find(([id]) => !context.artifacts.has(id))?.[1];
  const { inputs: read, missing } = await fileInputs(component, context, takes);
  return {
    inputs: [...inputs, ...read],
    ...(missing !== undefined && { missing }),
    ...(madeAnew !== undefined && { madeAnew }),
  };
}

/** The configuration as far as it is known before the machine runs. */
export async function configOf(
  { artifacts, configure }: PlannedComponent,
  known: InputContext['artifacts'],
): Promise<never> {
  const values = new Map(artifacts.flatMap(({ build }) => valuesOf(build, known)));
  const { config } = await configure(values.size > 0 ? { artifacts: values } : undefined);
  return config;
}

const valuesOf = (build: string, known: InputContext['artifacts']): [string, ArtifactValues][] => {
  const values = known.get(build)?.values;
  return values ? [[build, values]] : [];
};

async function fileInputs(
  component: PlannedComponent,
  context: InputContext,
  takes: (option: string) => boolean,
): Promise<ComponentInputs> {
  const { definition } = component;
  const list = (definition as AnyDefinition & { inputs?: (config: never) => readonly FileInput[] }).inputs;
  if (!list) return { inputs: [] };
  const inputs: KeyInput[] = [];
  let missing: string | undefined;
  const config = await configOf(component, context.artifacts);
  const seen = new Set<string>();
  const found = list.call(definition, config).filter(({ option }) => takes(option));
  for (const path of await expanded(found, context)) {
    if (seen.has(path)) continue;
    seen.add(path);
    const digest = await context.digest(resolve(context.workingDirectory, path));
    if (digest === undefined) missing ??= path;
    else inputs.push({ kind: 'file', name: context.redact(path), digest });
  }
  return { inputs, ...(missing !== undefined && { missing }) };
}

/** Paths as they are written, with patterns replaced by what matches them. */
async function expanded(files: readonly FileInput[], { workingDirectory }: IdentifyContext): Promise<string[]> {
  const paths = await Promise.all(
    files.map(async ({ path, isPattern }) => (isPattern === true ? await expandGlob(path, workingDirectory) : [path])),
  );
  return paths.flat();
}
