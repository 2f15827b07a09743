import { readFile, access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { DISTRIBUTIONS } from '../distributions.js';
import type { Driver, Tools } from '../driver.js';
import { readHostArchive } from '../host-archive.js';
import { messages } from '../messages.js';
import { makeRecipe, recipeKey, type Recipe } from '../recipe.js';

export interface ImagePlan {
  readonly recipe: Recipe;
  readonly key: string;
  readonly tools: Tools;
  /** As shown; relative to the working directory. */
  readonly output: string;
}

/** Fills in what the options leave open, and looks whether all that is needed is here. */
export async function planImage(context: BuilderContext<Config>, driver: Driver): Promise<{ plan: ImagePlan }> {
  const { config } = context;
  const contents = new Map<string, string>();
  for (const path of filesOf(config))
    contents.set(path, await readFile(resolve(context.workingDirectory, path), 'utf8'));
  const host = await readHostArchive();
  const recipe = makeRecipe(config, {
    host,
    nodeArchitecture: process.arch,
    contents,
    output: config.output ?? '',
  });
  const output =
    config.output ?? `output-${context.build.sourceName}/${recipe.suite}-${recipe.architecture}.${recipe.extension}`;
  if (!context.force && (await exists(resolve(context.workingDirectory, output))))
    throw new ImgpackError(messages.outputExists(output));
  const keyring = resolve(context.workingDirectory, recipe.keyring);
  if (!(await exists(keyring)))
    throw new ImgpackError(messages.noKeyring(recipe.keyring, DISTRIBUTIONS[recipe.distribution].keyringPackage));
  const tools = await driver.tools(recipe.disk !== undefined);
  const complete = { ...recipe, keyring };
  return { plan: { recipe: complete, key: recipeKey(complete, tools.versions), tools, output } };
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
