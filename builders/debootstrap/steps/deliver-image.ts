import { chmod, lstat, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { describeDuration } from '../../../src/contract/duration.js';
import { createFileBy, createTemporaryFile } from '../../../src/contract/helpers/local-resources.js';
import { withLockFile } from '../../../src/contract/helpers/lock-file.js';
import type { Resource } from '../../../src/contract/resources.js';
import { openCache } from '../cache.js';
import type { Config } from '../config.js';
import type { Driver } from '../driver.js';
import { makeImage } from './make-image.js';
import type { ImagePlan } from './plan-image.js';

/** Brings the image to where it was asked for: from the cache where it is there, else by making it. */
export async function deliverImage(
  context: BuilderContext<Config>,
  driver: Driver,
  plan: ImagePlan,
): Promise<{ image: Resource<string> }> {
  const { config } = context;
  if (!config.cache) return { image: await write(context, plan, (path) => makeImage(context, driver, plan, path)) };
  const folder = join(context.cacheDirectory, 'debootstrap');
  const cache = await openCache(folder, plan.key, plan.recipe.extension, () => context.now().getTime());
  const waiting = () => context.say('another build makes the same image: waiting for it');
  return withLockFile({ resources: context.resources, signal: context.signal, waiting }, cache.lockPath, async () => {
    const found = await cache.find(config.cache_max_age);
    if (found) context.say(`the same image was made ${describeDuration(found.age)} ago: taking it from the cache`);
    const path =
      found?.path ?? (await cache.keep(context.resources, (draft) => makeImage(context, driver, plan, draft)));
    return { image: await write(context, plan, (target) => driver.copy(path, target)) };
  });
}

async function write(
  context: BuilderContext<Config>,
  plan: ImagePlan,
  bring: (path: string) => Promise<void>,
): Promise<Resource<string>> {
  const make = async (target: string) => {
    await bring(target);
    // What is in the cache is for its owner; the image is a file like any other.
    await chmod(target, 0o666 & ~process.umask());
  };
  const path = resolve(context.workingDirectory, plan.output);
  if (!plan.replaces || !(await exists(path))) return createFileBy(context.resources, path, make);
  const draft = await createTemporaryFile(context.resources, dirname(path), basename(path), '', 0o644);
  await make(draft.value);
  await rename(draft.value, path);
  return draft;
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
