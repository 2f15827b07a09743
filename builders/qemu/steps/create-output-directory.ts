import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { createDirectory, createTemporaryDirectory } from '../../../src/contract/helpers/local-resources.js';
import { setAside, type SetAside } from '../../../src/contract/helpers/set-aside.js';
import type { Resource } from '../../../src/contract/resources.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import { outputDirectory } from '../settings.js';

export interface Folders {
  readonly output: {
    /** As written in the template. */
    readonly shown: string;
    readonly path: string;
    readonly resource: Resource<string>;
    /** What was there before; it comes back when the build fails. */
    readonly before: SetAside;
  };
  /** For sockets, logs and discs; nobody else may look into it. */
  readonly privateFolder: string;
}

/** Makes the output directory, which goes again when the build fails, and a private folder, which goes in any case. */
export async function createOutputDirectory(context: BuilderContext<Config>): Promise<Folders> {
  const shown = outputDirectory(context.config, context.build);
  const path = resolve(context.workingDirectory, shown);
  const mayReplace = context.force || (await context.isOwnOutput?.(path)) === true;
  if (!mayReplace && (await lstat(path).catch(() => undefined))) {
    throw new ImgpackError(messages.outputDirectoryExists(shown));
  }
  const before = await setAside(context.resources, path);
  const resource = await createDirectory(context.resources, path, { mode: 0o755 });
  const folder = await createTemporaryDirectory(context.resources, context.temporaryDirectory, 'imgpack-qemu');
  return { output: { shown, path, resource, before }, privateFolder: folder.value };
}
