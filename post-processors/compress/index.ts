import { createReadStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Artifact } from '../../src/contract/artifact.js';
import type { PostProcessorContext } from '../../src/contract/context.js';
import { findProgram } from '../../src/contract/helpers/find-program.js';
import { createTemporaryFile, fileReference } from '../../src/contract/helpers/local-resources.js';
import { definePostProcessor, type Problem, type Requirement } from '../../src/contract/plugin.js';
import { defineSchema, number, text, type Decoded } from '../../src/contract/schema.js';
import { catalogue, ImgpackError } from '../../src/messages/message.js';
import { PROGRAMS, writeCompressed } from './compressor.js';
import { detectFormat, type Format } from './format.js';
import { tarOf } from './tar.js';
import { zipOf } from './zip.js';

const messages = catalogue('compress', {
  severalFiles: (count: number, compression: string) => ({
    text: `the artifact has ${count} files, and \`${compression}\` alone compresses a single one`,
    hint: `add an archive to the name of \`output\`: \`.tar.${compression}\``,
  }),
  noFile: (compression: string) => ({
    text: `the artifact has no file to compress with \`${compression}\``,
    hint: 'use `.zip` or `.tar.gz`, which may be empty, or leave `compress` out',
  }),
  notAFile: (path: string) => ({
    text: `\`${path}\` is a folder, and only files are compressed`,
    hint: 'name the files one by one, with `artifice` before this step',
  }),
  levelOutOfRange: (level: number) => ({
    text: `\`compression_level\` is ${level}, which is not a level`,
    hint: 'use a whole number from 1 (fast) to 9 (small)',
  }),
});

const DEFAULT_LEVEL = 6;
const MAX_LEVEL = 9;

const schema = defineSchema({
  attributes: {
    output: text({
      description:
        'Path of the file to write; its last extensions choose the format: `.zip`, `.tar`, `.tar.X`, or `.X` for a single file, with `gz`, `lz4`, `bgzf`, `xz` or `bzip2` for X. Anything else is a tar archive with gzip. `{{.BuildName}}` and `{{.BuilderType}}` are replaced.',
      default: 'packer_{{.BuildName}}_{{.BuilderType}}',
      template: 'late',
    }),
    format: text({
      description: 'The format in the form of an extension (`tar.gz`), where `output` shall not show it.',
    }),
    compression_level: number({
      description: 'From 1 (fast) to 9 (small); 0 and -1 stand for the default, what is larger than 9 for 9.',
      default: DEFAULT_LEVEL,
    }),
  },
});

type Config = Decoded<typeof schema>;

export default definePostProcessor({
  type: 'compress',
  summary: 'Packs the files of an artifact into one compressed file.',
  pure: true,
  schema,
  validate,
  requirements,
  async run(config, context, artifact) {
    const output = context.render(config.output, {
      ...context.values,
      BuildName: context.build.sourceLabel,
      BuilderType: context.build.builderType,
    });
    const format = detectFormat(config.format ? `${output}.${config.format}` : output);
    await compress(output, format, levelOf(config), context, artifact);
    return {
      artifact: {
        builderId: 'packer.post-processor.compress',
        id: '',
        files: [output],
        description: `compressed artifacts in: ${output}`,
        remove: [fileReference(resolve(context.workingDirectory, output))],
      },
      keep: false,
    };
  },
});

function validate(config: Config): readonly Problem[] {
  const level = config.compression_level;
  if (Number.isInteger(level) && level >= -1) return [];
  return [{ severity: 'error', message: messages.levelOutOfRange(level), option: 'compression_level' }];
}

const levelOf = ({ compression_level: level }: Config): number =>
  level <= 0 ? DEFAULT_LEVEL : Math.min(level, MAX_LEVEL);

/** The program of the chosen format; without a configuration those of all formats. */
function requirements(config?: Config): readonly Requirement[] {
  const wanted = config && detectFormat(config.format ? `x.${config.format}` : config.output).compression;
  return Object.entries(PROGRAMS)
    .filter(([compression]) => wanted === undefined || wanted === compression)
    .map(([, { program, package: name }]) => ({
      name: program,
      packages: [name],
      optional: wanted === undefined,
      check: async () => ((await findProgram(program)) === undefined ? `\`${program}\` was not found` : undefined),
    }));
}

async function compress(
  output: string,
  format: Format,
  level: number,
  context: PostProcessorContext,
  artifact: Artifact,
): Promise<void> {
  if (format.archive === 'none' && artifact.files.length > 1)
    throw new ImgpackError(messages.severalFiles(artifact.files.length, format.compression));
  if (format.archive === 'none' && artifact.files.length === 0)
    throw new ImgpackError(messages.noFile(format.compression));
  const members = artifact.files.map((name) => ({ name, path: resolve(context.workingDirectory, name) }));
  for (const { name, path } of members) {
    if ((await stat(path)).isDirectory()) throw new ImgpackError(messages.notAFile(name));
  }
  const path = resolve(context.workingDirectory, output);
  await mkdir(dirname(path), { recursive: true });
  context.say(`compressing to \`${output}\` (${describe(format)})`);
  const draft = await createTemporaryFile(context.resources, dirname(path), basename(path), '', 0o666);
  const paths = members.map((member) => member.path);
  const source = format.archive === 'zip' ? zipOf(members, level, context.signal) : streamOf(format, paths, context);
  await writeCompressed(source, draft.value, format.compression, level, context);
  await rename(draft.value, path);
  await draft.keep();
  context.say(`\`${output}\` is complete: ${(await stat(path)).size} bytes`);
}

const describe = ({ archive, compression }: Format): string =>
  [archive, compression].filter((part) => part !== 'none').join(', ');

async function* streamOf(
  format: Format,
  paths: readonly string[],
  context: PostProcessorContext,
): AsyncGenerator<Uint8Array> {
  if (format.archive === 'tar') yield* tarOf(paths, context.signal);
  else yield* contentOf(paths[0] as string, context.signal);
}

async function* contentOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) yield chunk as Buffer;
}
