import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, BuildValues } from '../../src/contract/artifact.js';
import { directoryReference } from '../../src/contract/helpers/local-resources.js';
import type { JsonObject } from '../../src/contract/json.js';

export interface ArtifactFacts {
  /** As shown, and absolute. */
  readonly directory: string;
  readonly absoluteDirectory: string;
  /** Leave out the store of UEFI variables. */
  readonly withoutEfiVariables: boolean;
  readonly state: JsonObject;
  readonly values: BuildValues;
}

/** The result of a build: every file in the output directory. */
export async function describeArtifact(facts: ArtifactFacts): Promise<Artifact> {
  const found = await filesBelow(facts.absoluteDirectory, facts.directory);
  const files = facts.withoutEfiVariables ? found.filter((file) => !file.endsWith('efivars.fd')) : found;
  return {
    builderId: 'transcend.qemu',
    id: 'VM',
    files,
    description: `files of the machine in ${facts.directory}`,
    values: facts.values,
    state: facts.state,
    remove: [directoryReference(facts.absoluteDirectory)],
  };
}

/** Regular files in byte order, folders gone through where they stand. */
async function filesBelow(absolute: string, shown: string): Promise<string[]> {
  const entries = await readdir(absolute, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))) {
    if (entry.isDirectory()) {
      files.push(...(await filesBelow(join(absolute, entry.name), join(shown, entry.name))));
    } else if (entry.isFile()) files.push(join(shown, entry.name));
  }
  return files;
}
