import { chmod, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Artifact } from '../src/contract/artifact.js';
import type { PostProcessorContext } from '../src/contract/context.js';
import { createTemporaryFile } from '../src/contract/helpers/local-resources.js';
import { withLockFile } from '../src/contract/helpers/lock-file.js';
import type { Json, JsonObject } from '../src/contract/json.js';
import { catalogue, ImgpackError } from '../src/messages/message.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import { bool, defineSchema, text, textMap, type Decoded } from '../src/contract/schema.js';

const messages = catalogue('manifest', {
  unreadable: (path: string, reason: string) => ({
    text: `\`${path}\` is not a manifest: ${reason}`,
    hint: 'repair or remove it, or choose another `output`',
  }),
});

const schema = defineSchema({
  attributes: {
    output: text({
      description: 'Path of the manifest, a JSON file to which every build adds an entry.',
      default: 'packer-manifest.json',
    }),
    strip_path: bool({ description: 'Write file names without their folders.', default: false }),
    strip_time: bool({ description: 'Leave out the time of the build.', default: false }),
    custom_data: textMap({ description: 'Facts of your own for the entry.' }),
  },
});

type Config = Decoded<typeof schema>;

export default definePostProcessor({
  type: 'manifest',
  summary: 'Records what was built in a JSON file.',
  schema,
  async run(config, context, artifact) {
    const path = resolve(context.workingDirectory, config.output);
    const entry = await entryOf(config, context, artifact);
    await mkdir(dirname(path), { recursive: true });
    await withLockFile(
      { ...context, waiting: () => context.say(`waiting for \`${config.output}.lock\``) },
      `${path}.lock`,
      async () => {
        const before = await readManifest(path, config.output);
        const afresh = context.force && before.last_run_uuid !== context.build.runId;
        const builds = [...(afresh ? [] : before.builds), entry];
        await replaceFile(context, path, encode({ builds, last_run_uuid: context.build.runId }));
      },
    );
    return { artifact, keep: true, forceKeep: true };
  },
});

async function entryOf(config: Config, context: PostProcessorContext, artifact: Artifact): Promise<JsonObject> {
  const files = await Promise.all(
    artifact.files.map(async (file) => ({
      name: context.redact(config.strip_path ? basename(file) : file),
      size: await sizeOf(resolve(context.workingDirectory, file)),
    })),
  );
  // Sorted by key, so that the same data always reads the same.
  const customData = Object.keys(config.custom_data)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((key) => [key, context.redact(context.render(config.custom_data[key] as string, { ...context.values }))]);
  return {
    name: context.build.sourceLabel,
    builder_type: context.build.builderType,
    ...(config.strip_time ? {} : { build_time: Math.floor(context.now().getTime() / 1000) }),
    files: files.length > 0 ? files : null,
    artifact_id: context.redact(artifact.id),
    packer_run_uuid: context.build.runId,
    custom_data: customData.length > 0 ? (Object.fromEntries(customData) as JsonObject) : null,
  };
}

/** Bytes of a file; 0 where it is gone. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0;
      throw error;
    },
  );

interface Manifest {
  readonly builds: readonly Json[];
  readonly last_run_uuid: string;
}

async function readManifest(path: string, shown: string): Promise<Manifest> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (content.trim() === '') return { builds: [], last_run_uuid: '' };
  try {
    const { builds, last_run_uuid: lastRun } = JSON.parse(content) as Partial<Manifest>;
    if (builds !== undefined && builds !== null && !Array.isArray(builds)) throw new SyntaxError('`builds` is no list');
    return { builds: builds ?? [], last_run_uuid: String(lastRun ?? '') };
  } catch (error) {
    throw new ImgpackError(messages.unreadable(shown, (error as Error).message), { cause: error });
  }
}

const HTML: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** Indented by two, safe within HTML, without a last newline: what tools that read Packer's manifests have always seen. */
const encode = (manifest: Manifest): string =>
  JSON.stringify(manifest, undefined, 2).replace(/[<>&\u2028\u2029]/g, (character) => HTML[character] as string);

/** In one move: a reader sees the old manifest or the new one, never a part. */
async function replaceFile(context: PostProcessorContext, path: string, content: string): Promise<void> {
  const mode = await stat(path).then(
    (stats) => stats.mode & 0o777,
    () => undefined,
  );
  const draft = await createTemporaryFile(context.resources, dirname(path), basename(path), content, mode ?? 0o664);
  if (mode !== undefined) await chmod(draft.value, mode);
  await rename(draft.value, path);
  await draft.keep();
}
