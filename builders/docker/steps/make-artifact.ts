import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Artifact } from '../../../src/contract/artifact.js';
import type { BuilderContext } from '../../../src/contract/context.js';
import { imageKind, imageReference } from '../../../src/contract/helpers/docker/kinds.js';
import { createFileBy, fileReference } from '../../../src/contract/helpers/local-resources.js';
import { setAside } from '../../../src/contract/helpers/set-aside.js';
import type { Provisioned } from '../../../src/contract/plugin.js';
import type { Config } from '../config.js';
import type { Base } from './find-image.js';
import type { Running } from './run-container.js';

type State = Base & Running & Provisioned;

/** Commits, exports or throws away the container. */
export async function makeArtifact(context: BuilderContext<Config>, state: State): Promise<{ artifact: Artifact }> {
  const { config } = context;
  if (config.commit) return { artifact: await commit(context, state) };
  if (config.export_path) return { artifact: await exportFiles(context, state, config.export_path) };
  context.say('The container will be discarded');
  return {
    artifact: {
      builderId: 'packer.docker',
      id: 'Container',
      files: [],
      description: 'Exported Docker file: (discarded)',
      values: state.values,
      remove: [],
    },
  };
}

async function commit(context: BuilderContext<Config>, state: State): Promise<Artifact> {
  const { config, signal, resources } = context;
  const { engine, container, source } = state;
  if (config.windows_container) await engine.stopContainer(container, signal);
  context.say('Committing the container');
  const args = { endpoint: engine.endpoint, container };
  const image = await resources.create(imageKind, args, async () => {
    const changes = [...config.changes, ...defaults(config.changes, source.Config ?? {})];
    const { author, message } = config;
    const value = await engine.commit(container, { changes, author, message, signal });
    return { value, data: value };
  });
  context.say(`Image ID: ${image.value}`);
  await image.keep();
  return {
    builderId: 'packer.post-processor.docker-import',
    id: image.value,
    files: [],
    description: `Imported Docker image: ${image.value}`,
    values: { ...state.values, ImageSha256: image.value },
    state: { endpoint: engine.endpoint },
    remove: [imageReference(engine.endpoint, image.value)],
  };
}

/** Without these the image would keep the program that held the container open. */
export function defaults(
  changes: readonly string[],
  source: { readonly Cmd?: readonly string[] | null; readonly Entrypoint?: readonly string[] | null },
): string[] {
  return (['Cmd', 'Entrypoint'] as const)
    .filter((key) => !changes.some((change) => change.toUpperCase().startsWith(key.toUpperCase())))
    .map((key) => `${key.toUpperCase()} ${JSON.stringify(source[key] ?? [''])}`);
}

async function exportFiles(context: BuilderContext<Config>, state: State, shown: string): Promise<Artifact> {
  const { signal, workingDirectory, resources } = context;
  const path = resolve(workingDirectory, shown);
  context.say('Exporting the container');
  const before = await setAside(resources, path);
  const file = await createFileBy(resources, path, async (temporary) => {
    await pipeline(await state.engine.export(state.container, signal), createWriteStream(temporary), { signal });
  });
  await file.keep();
  await before.discard();
  return {
    builderId: 'packer.docker',
    id: 'Container',
    files: [shown],
    description: `Exported Docker file: ${shown}`,
    values: state.values,
    state: { endpoint: state.engine.endpoint },
    remove: [fileReference(path)],
  };
}
