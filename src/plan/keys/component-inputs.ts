import { resolve } from 'node:path';
import type { IdentifyContext } from '../../contract/context.js';
import { expandGlob } from '../../contract/helpers/glob.js';
import type { Json } from '../../contract/json.js';
import type { KeyInput } from '../../contract/keys.js';
import type { AnyDefinition, FileInput } from '../../contract/plugin.js';
import type { PlannedComponent } from '../plan.js';
import { inputOf, type Digesting } from './digest.js';

export interface ComponentInputs {
  readonly inputs: readonly KeyInput[];
  /** A file that it reads and that is not there yet. */
  readonly missing?: string;
}

/**
 * What decides a component: its options, the `build.*` values that it asks for, by name, and the content of the files that
 * it reads.
 * @param takes which options count; absent: all
 */
export async function componentInputs(
  component: PlannedComponent,
  digesting: Digesting,
  context: IdentifyContext,
  takes: (option: string) => boolean = () => true,
): Promise<ComponentInputs> {
  const { buildKeys, definition } = component;
  const config = component.configWith(Object.fromEntries(buildKeys.map((key) => [key, `build.${key}`])));
  const inputs: KeyInput[] = [];
  for (const [option, value] of Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined || !takes(option)) continue;
    const sensitive = definition.schema.attributes[option]?.sensitive === true;
    inputs.push(inputOf('option', option, value as Json, digesting, sensitive));
  }
  for (const key of buildKeys) inputs.push(inputOf('build', `build.${key}`, key, digesting));
  const files = await fileInputs(component, digesting, context, takes);
  return { inputs: [...inputs, ...files.inputs], ...(files.missing !== undefined && { missing: files.missing }) };
}

async function fileInputs(
  { definition, configure }: PlannedComponent,
  { redact }: Digesting,
  context: IdentifyContext,
  takes: (option: string) => boolean,
): Promise<ComponentInputs> {
  const list = (definition as AnyDefinition & { inputs?: (config: never) => readonly FileInput[] }).inputs;
  if (!list) return { inputs: [] };
  const inputs: KeyInput[] = [];
  let missing: string | undefined;
  const { config } = await configure();
  const seen = new Set<string>();
  const found = list.call(definition, config).filter(({ option }) => takes(option));
  for (const path of await expanded(found, context)) {
    if (seen.has(path)) continue;
    seen.add(path);
    const digest = await context.digest(resolve(context.workingDirectory, path));
    if (digest === undefined) missing ??= path;
    else inputs.push({ kind: 'file', name: redact(path), digest });
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
