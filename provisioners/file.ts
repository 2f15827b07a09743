import { randomInt } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import type { ProvisionerContext } from '../src/contract/context.js';
import { defineProvisioner, type FileInput, type Problem } from '../src/contract/plugin.js';
import { bool, defineSchema, text, textList, type Decoded } from '../src/contract/schema.js';
import { catalogue, ImgpackError, type Message } from '../src/messages/message.js';

const messages = catalogue('file-provisioner', {
  sourceMissing: (path: string, reason: string) => ({
    text: `the source \`${path}\` cannot be used: ${reason}`,
    hint: 'check the path; `generated = true` leaves the check to the run, for files that the build itself makes',
  }),
  contentAndSource: () => ({
    text: '`content` does not go together with `source` and `sources`',
    hint: 'use a provisioner of its own for each',
  }),
  destinationMissing: () => ({ text: '`destination` is needed', hint: 'say where the files go' }),
  nothingToCopy: () => ({
    text: 'nothing is copied: `source`, `sources` and `content` are all unset',
    hint: 'say what to copy',
  }),
});

const schema = defineSchema({
  attributes: {
    source: text({
      description:
        'File or folder to copy. Of a folder with a slash at its end only what is in it is copied; without, the folder itself.',
    }),
    sources: textList({ description: 'Several of them, copied in this order before `source`.' }),
    content: text({ description: 'What stands in the file at `destination`, instead of a source.' }),
    destination: text({
      description: 'Path to copy to. With a slash at its end it is a folder that the source is put into.',
      required: true,
    }),
    direction: text({
      description: 'Copy into the machine, or out of it.',
      default: 'upload',
      values: ['upload', 'download'],
    }),
    generated: bool({
      description: 'The source appears during the build only; it is looked for when this runs.',
      default: false,
    }),
  },
});

type Config = Decoded<typeof schema>;

/** Permissions of a file from `content`, as Packer gives them. */
const CONTENT_MODE = 0o600;

export default defineProvisioner({
  type: 'file',
  summary: 'Copies files and folders into the machine, or out of it.',
  schema,
  validate: (config, context) => validate(config, context.workingDirectory),
  inputs,
  alwaysRuns: ({ direction, generated }) => {
    if (direction === 'download') return 'it writes files on this machine';
    return generated ? 'its source is made during the build' : undefined;
  },
  run: (config, context) => (config.direction === 'download' ? download(config, context) : upload(config, context)),
});

const sourcesOf = (config: Config): string[] => [...config.sources, ...(config.source ? [config.source] : [])];

function inputs(config: Config): FileInput[] {
  if (config.direction === 'download') return [];
  return sourcesOf(config).map((path) => ({ path, option: path === config.source ? 'source' : 'sources' }));
}

function validate(config: Config, workingDirectory: string): Problem[] {
  const problems: Problem[] = [];
  const fault = (message: Message, option?: string) =>
    problems.push({ severity: 'error', message, ...(option === undefined ? {} : { option }) });
  if (!config.generated) {
    for (const { path, option } of inputs(config)) {
      if (!statSync(resolve(workingDirectory, path), { throwIfNoEntry: false }))
        fault(messages.sourceMissing(path, 'it does not exist'), option);
    }
  }
  if (sourcesOf(config).length > 0 && config.content) fault(messages.contentAndSource(), 'content');
  if (config.destination === '') fault(messages.destinationMissing(), 'destination');
  if (sourcesOf(config).length === 0 && config.content === undefined)
    problems.push({ severity: 'warning', message: messages.nothingToCopy() });
  return problems;
}

async function upload(config: Config, context: ProvisionerContext): Promise<void> {
  const { communicator, signal } = context;
  const destination = context.render(config.destination, { ...context.values });
  for (const source of sourcesOf(config).map((path) => context.render(path, { ...context.values }))) {
    context.say(`Uploading ${source} => ${destination}`);
    const path = resolve(context.workingDirectory, source);
    const onProgress = (done: number, total?: number) => context.progress(basename(path), done, total, 'bytes');
    if (await isFolder(path, source)) {
      const target = source.endsWith('/') ? destination : posix.join(destination, basename(path));
      await communicator.uploadDirectory(path, target, { signal, onProgress });
    } else {
      const target = destination.endsWith('/') ? destination + basename(path) : destination;
      await communicator.upload({ path }, target, { signal, onProgress });
    }
  }
  if (config.content) {
    const name = `pkr-file-content${randomInt(1e9)}`;
    context.say(`Uploading content => ${destination}`);
    const target = destination.endsWith('/') ? destination + name : destination;
    await communicator.upload({ content: config.content }, target, { signal, mode: CONTENT_MODE });
  }
}

async function isFolder(path: string, shown: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'it does not exist' : message;
    throw new ImgpackError(messages.sourceMissing(shown, reason), { cause: error });
  }
}

async function download(config: Config, context: ProvisionerContext): Promise<void> {
  const { communicator, signal } = context;
  const destination = context.render(config.destination, { ...context.values });
  for (const source of sourcesOf(config).map((path) => context.render(path, { ...context.values }))) {
    const isPattern = /[*?[]/.test(source);
    const isFolderSource = source.endsWith('/');
    const plain = !isPattern && !isFolderSource;
    const shown = destination.endsWith('/') && plain ? join(destination, posix.basename(source)) : destination;
    context.say(`Downloading ${source} => ${shown}`);
    const path = resolve(context.workingDirectory, shown);
    const onProgress = (done: number, total?: number) => context.progress(posix.basename(source), done, total, 'bytes');
    await mkdir(plain ? dirname(path) : path, { recursive: true });
    if (plain) await communicator.download(source, path, { signal, onProgress });
    else {
      const target = isPattern ? path : join(path, posix.basename(source));
      await communicator.downloadDirectory(source, target, { signal, onProgress });
    }
  }
}
