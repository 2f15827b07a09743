import { readFile, access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { DISTRIBUTIONS } from '../distributions.js';
import type { Driver } from '../driver.js';
import { readHostArchive } from '../host-archive.js';
import { messages } from '../messages.js';
import { makeRecipe, recipeKey, type Recipe } from '../recipe.js';
import type { Tools } from '../tools.js';

export interface ImagePlan {
  readonly recipe: Recipe;
  readonly key: string;
  readonly tools: Tools;
  /** As shown; relative to the working directory. */
  readonly output: string;
  /** Whether a file that is there already gives way. */
  readonly replaces: boolean;
}

/** Fills in what the options leave open, and looks whether all that is needed is here. */
export async function planImage(context: BuilderContext<Config>, driver: Driver): Promise<{ plan: ImagePlan }> {
  const { config } = context;
  const recipe = await recipeOf(config, context.workingDirectory);
  const output =
    config.output ?? `output-${context.build.sourceName}/${recipe.suite}-${recipe.architecture}.${recipe.extension}`;
  const path = resolve(context.workingDirectory, output);
  const replaces = context.force || (await context.isOwnOutput?.(path)) === true;
  if (!replaces && (await exists(path))) throw new ImgpackError(messages.outputExists(output));
  const keyring = resolve(context.workingDirectory, recipe.keyring);
  if (!(await exists(keyring)))
    throw new ImgpackError(messages.noKeyring(recipe.keyring, DISTRIBUTIONS[recipe.distribution].keyringPackage));
  const tools = await driver.tools(recipe.disk !== undefined);
  const complete = { ...recipe, keyring };
  return { plan: { recipe: complete, key: recipeKey(complete, tools.versions), tools, output, replaces } };
}

async function recipeOf(config: Config, workingDirectory: string): Promise<Recipe> {
  const contents = new Map<string, string>();
  for (const path of filesOf(config)) contents.set(path, await readFile(resolve(workingDirectory, path), 'utf8'));
  const host = await readHostArchive();
  return makeRecipe(config, { host, nodeArchitecture: process.arch, contents, output: config.output ?? '' });
}

/** What the image is made from, and by which programs, in one key. */
export async function identityOf(
  config: Config,
  tools: (disk: boolean) => Promise<Tools>,
  workingDirectory: string,
): Promise<string> {
  const recipe = await recipeOf(config, workingDirectory);
  const { versions } = await tools(recipe.disk !== undefined);
  return recipeKey({ ...recipe, keyring: resolve(workingDirectory, recipe.keyring) }, versions);
}

/** Files that options name and that become part of the recipe. */
export const filesOf = (config: Config): string[] => [
  ...(config.customize_script ? [config.customize_script] : []),
  ...config.repository.flatMap(({ key_file: path }) => (path ? [path] : [])),
];

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
