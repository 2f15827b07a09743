import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { DigestCache } from '../cache/digests.js';
import type { Artifact } from '../contract/artifact.js';
import type { ArtifactValues, KnownArtifact } from '../plan/late-values.js';
import type { PlannedBuild } from '../plan/plan.js';

/** What other builds see of an artifact of `build`. */
export function artifactValues(
  { identity }: PlannedBuild,
  { id, files }: Artifact,
  workingDirectory: string,
): ArtifactValues {
  const absolute = files.map((file) => resolve(workingDirectory, file));
  const [path] = absolute;
  return { id, builderType: identity.builderType, files: absolute, ...(path !== undefined && { path }) };
}

/** An artifact with the digest of its id, and of the names and contents of its files; undefined where one cannot be read. */
export async function knownArtifact(
  build: PlannedBuild,
  artifact: Artifact,
  workingDirectory: string,
  digests: DigestCache,
): Promise<KnownArtifact | undefined> {
  const values = artifactValues(build, artifact, workingDirectory);
  const contents: [string, string][] = [];
  for (const [index, path] of values.files.entries()) {
    const content = await digests.digest(path).catch(() => undefined);
    if (!content) return undefined;
    contents.push([artifact.files[index] as string, content.digest]);
  }
  const text = JSON.stringify([build.identity.builderType, artifact.id, contents]);
  return { values, key: createHash('sha256').update(text).digest('hex') };
}
