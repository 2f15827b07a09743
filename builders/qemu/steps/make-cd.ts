import { join } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { writeIso } from '../../../src/contract/helpers/iso9660/write-iso.js';
import { collectWithStructure } from '../../../src/contract/helpers/media-files.js';
import type { Config } from '../config.js';
import type { Folders } from './create-output-directory.js';

/** Writes the extra CD, where the template names files for one. */
export async function makeCd(
  context: BuilderContext<Config>,
  { privateFolder }: Folders,
): Promise<{ readonly extraCd?: string }> {
  const { cd_files: patterns, cd_content: content, cd_label: label } = context.config;
  if (patterns.length === 0 && Object.keys(content).length === 0) return {};
  context.say(`writing the CD \`${label}\``);
  const now = context.now();
  const { files, directories } = await collectWithStructure(patterns, 'cd_files', context.workingDirectory);
  const entries = [
    ...files.map(({ path, file, size, modified, executable }) => ({
      path,
      source: { file, size },
      modified,
      executable,
    })),
    ...Object.entries(content).map(([path, text]) => ({ path, source: { content: Buffer.from(text) }, modified: now })),
  ];
  const extraCd = join(privateFolder, 'cd.iso');
  await writeIso(extraCd, entries, { label, now, directories });
  return { extraCd };
}
