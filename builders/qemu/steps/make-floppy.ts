import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuilderContext } from '../../../src/contract/context.js';
import { makeFloppy as makeImage } from '../../../src/contract/helpers/fat12.js';
import { collectFlat, collectWithStructure } from '../../../src/contract/helpers/media-files.js';
import type { Config } from '../config.js';
import type { Folders } from './create-output-directory.js';

/** Writes the floppy disk, where the template names files for one. */
export async function makeFloppy(
  context: BuilderContext<Config>,
  { privateFolder }: Folders,
): Promise<{ readonly floppy?: string }> {
  const { floppy_files: flat, floppy_dirs: folders, floppy_content: content, floppy_label: label } = context.config;
  if (flat.length === 0 && folders.length === 0 && Object.keys(content).length === 0) return {};
  context.say('writing the floppy disk');
  const now = context.now();
  const found = [
    ...(await collectFlat(flat, 'floppy_files', context.workingDirectory)).files,
    ...(await collectWithStructure(folders, 'floppy_dirs', context.workingDirectory)).files,
  ];
  const files = await Promise.all(
    found.map(async ({ path, file, modified }) => ({ path, modified, content: await readFile(file) })),
  );
  const written = Object.entries(content).map(([path, text]) => ({ path, modified: now, content: Buffer.from(text) }));
  const floppy = join(privateFolder, 'floppy.img');
  await writeFile(floppy, makeImage([...files, ...written], label, now));
  return { floppy };
}
