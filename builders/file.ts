import { chmod, copyFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Artifact } from '../src/contract/artifact.js';
import type { BuilderContext } from '../src/contract/context.js';
import { createFileBy, createTemporaryFile, fileReference } from '../src/contract/helpers/local-resources.js';
import type { Machine } from '../src/contract/machine.js';
import { catalogue, ImgpackError } from '../src/messages/message.js';
import { defineBuilder, Pipeline, type Problem, type Provisioned } from '../src/contract/plugin.js';
import type { Resource } from '../src/contract/resources.js';
import { defineSchema, text, type Decoded } from '../src/contract/schema.js';

const messages = catalogue('file-builder', {
  noTarget: () => ({ text: '`target` is empty', hint: 'name the file to write' }),
  bothSourceAndContent: () => ({
    text: '`source` and `content` exclude each other',
    hint: 'keep the one that the file is made from',
  }),
  nothingToWrite: () => ({
    text: 'neither `source` nor `content` is set: the file will be empty',
    hint: 'set `source` to a file to copy, or `content` to what the file shall hold',
  }),
  isDirectory: (path: string) => ({ text: `\`${path}\` is a folder`, hint: 'name a file as `target`' }),
});

const schema = defineSchema({
  attributes: {
    target: text({
      description: 'Path of the file to write; folders that are missing are made. A file that is there is replaced.',
      required: true,
    }),
    source: text({ description: 'Path of the file to copy. Excludes `content`.' }),
    content: text({ description: 'What the file holds; it is readable for its owner only. Excludes `source`.' }),
  },
});

type Config = Decoded<typeof schema>;

interface State {
  readonly machine: Machine;
  readonly file: Resource<string>;
}

export default defineBuilder({
  type: 'file',
  summary: 'Writes a file, from a text or as a copy; there is no machine.',
  schema,
  validate,
  inputs: (config) => (config.source ? [{ path: config.source, option: 'source' }] : []),
  creates: ({ target }, { workingDirectory }) => [
    { what: `file \`${target}\``, path: resolve(workingDirectory, target), lasting: true },
  ],
  launch,
  finish,
});

function launch(): Pipeline<Config, State> {
  return Pipeline.of<Config>()
    .step('write file', async (context) => ({ file: await writeTarget(context) }))
    .step('have no machine', async () => ({ machine: { connection: { type: 'none', swallowsFiles: true } } as const }));
}

function finish() {
  return Pipeline.of<Config, State & Provisioned>().step('keep file', async (context, state) => {
    await state.file.keep();
    return { artifact: artifactOf(context.config.target, context.workingDirectory) };
  });
}

function validate(config: Config): readonly Problem[] {
  const problems: Problem[] = [];
  if (config.target === '') problems.push({ severity: 'error', message: messages.noTarget(), option: 'target' });
  if (config.source && config.content)
    problems.push({ severity: 'error', message: messages.bothSourceAndContent(), option: 'source' });
  if (!config.source && !config.content) problems.push({ severity: 'warning', message: messages.nothingToWrite() });
  return problems;
}

async function writeTarget(context: BuilderContext<Config>): Promise<Resource<string>> {
  const { config } = context;
  const target = resolve(context.workingDirectory, config.target);
  const make = async (path: string) => {
    if (config.source) {
      const source = resolve(context.workingDirectory, config.source);
      context.say(`copying \`${config.source}\` to \`${config.target}\``);
      await copyFile(source, path);
      await chmod(path, 0o666 & ~process.umask());
    } else {
      context.say(`writing \`${config.target}\``);
      await writeFile(path, config.content ?? '', { mode: 0o600 });
    }
  };
  const present = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!present) return createFileBy(context.resources, target, make);
  if (present.isDirectory()) throw new ImgpackError(messages.isDirectory(config.target));
  return replace(context, target, make);
}

/** Replaces a file in one move, so that its name never stands for half a file. From then on it is the user's again. */
async function replace(
  context: BuilderContext<Config>,
  target: string,
  make: (path: string) => Promise<void>,
): Promise<Resource<string>> {
  const draft = await createTemporaryFile(context.resources, dirname(target), basename(target), '');
  await make(draft.value);
  await rename(draft.value, target);
  await draft.keep();
  return draft;
}

const artifactOf = (target: string, workingDirectory: string): Artifact => ({
  builderId: 'packer.file',
  id: 'File',
  files: [target],
  description: `Stored file: ${target}`,
  remove: [fileReference(resolve(workingDirectory, target))],
});
