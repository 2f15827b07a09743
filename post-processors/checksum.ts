import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, lstat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { PostProcessorContext } from '../src/contract/context.js';
import { createFile, fileReference } from '../src/contract/helpers/local-resources.js';
import { CancelledError, catalogue, ImgpackError } from '../src/messages/message.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import type { Resource } from '../src/contract/resources.js';
import { defineSchema, text, textList, type Decoded } from '../src/contract/schema.js';

const messages = catalogue('checksum-file', {
  unknownType: (type: string) => ({
    text: `\`${type}\` is not a type of checksum`,
    hint: `use one of ${TYPES.map((name) => `\`${name}\``).join(', ')}`,
  }),
  unreadable: (path: string, reason: string) => ({ text: `\`${path}\` cannot be read for its checksum: ${reason}` }),
});

const TYPES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

const schema = defineSchema({
  attributes: {
    checksum_types: textList({
      description: `Checksums to write, any of ${TYPES.map((name) => `\`${name}\``).join(', ')}.`,
      default: ['md5'],
    }),
    output: text({
      description:
        'Path of the file with the checksums; lines are appended, and folders that are missing are made. `{{.BuildName}}`, `{{.BuilderType}}` and `{{.ChecksumType}}` are replaced.',
      default: 'packer_{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}.checksum',
      template: 'late',
    }),
  },
});

export default definePostProcessor({
  type: 'checksum',
  summary: 'Writes checksums of the files of an artifact.',
  pure: true,
  schema,
  validate: (config) =>
    config.checksum_types
      .filter((type) => !TYPES.some((known) => known === type))
      .map((type) => ({ severity: 'error', message: messages.unknownType(type), option: 'checksum_types' })),
  async run(config, context, artifact) {
    const made: string[] = [];
    const digests = new Map<string, readonly string[]>();
    for (const file of artifact.files) digests.set(file, await hashFile(file, config.checksum_types, context));
    for (const [i, type] of config.checksum_types.entries()) {
      const output = renderOutput(config, context, type);
      const lines = artifact.files.map((file) => `${digests.get(file)?.[i]}\t${basename(file)}\n`);
      if (lines.length > 0 && (await append(context, output, lines.join('')))) made.push(output);
    }
    const files = [...artifact.files, ...made];
    return {
      artifact: {
        builderId: 'packer.post-processor.checksum',
        id: '',
        files,
        description: `Created artifact from files: ${files.join(', ')}`,
        remove: files.map((file) => fileReference(resolve(context.workingDirectory, file))),
      },
      keep: true,
      forceKeep: true,
    };
  },
});

function renderOutput(config: Decoded<typeof schema>, context: PostProcessorContext, type: string): string {
  return context.render(config.output, {
    ...context.values,
    BuildName: context.build.sourceLabel,
    BuilderType: context.build.builderType,
    ChecksumType: type,
  });
}

/** All digests of a file in one pass over it, in the order of `types`, as lower-case hex. */
async function hashFile(file: string, types: readonly string[], context: PostProcessorContext): Promise<string[]> {
  const hashes = types.map((type) => createHash(type));
  try {
    const content = createReadStream(resolve(context.workingDirectory, file), {
      signal: context.signal,
      highWaterMark: 1 << 20,
    });
    for await (const chunk of content) for (const hash of hashes) hash.update(chunk as Buffer);
  } catch (error) {
    if (context.signal.aborted) throw new CancelledError();
    throw new ImgpackError(messages.unreadable(file, (error as Error).message), { cause: error });
  }
  return hashes.map((hash) => hash.digest('hex'));
}

/** @returns whether the file is new */
async function append(context: PostProcessorContext, output: string, lines: string): Promise<boolean> {
  const path = resolve(context.workingDirectory, output);
  const created: Resource<string> | undefined = (await exists(path))
    ? undefined
    : await createFile(context.resources, path);
  await appendFile(path, lines);
  await created?.keep();
  return created !== undefined;
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
