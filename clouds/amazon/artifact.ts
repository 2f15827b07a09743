import type { Artifact } from '../../src/contract/artifact.js';
import type { Machine } from '../../src/contract/machine.js';
import { imageReference } from './kinds/image.js';
import { valuesOf } from '../../src/contract/helpers/machine-values.js';
import type { MadeImage } from './made-image.js';

/** The result of a build: one image a region. They belong to the user from here on. */
export async function imageArtifact(
  builderId: string,
  images: readonly MadeImage[],
  name: string,
  machine?: Machine,
): Promise<Artifact | undefined> {
  if (images.length === 0) return undefined;
  const sorted = [...images].sort((a, b) => (pairOf(a) < pairOf(b) ? -1 : 1));
  for (const { resource } of sorted) await resource.keep();
  return {
    builderId,
    id: sorted.map(pairOf).join(','),
    files: [],
    description: ['AMIs were created:', ...sorted.map(({ cloud, id }) => `${cloud.access.region}: ${id}`)].join('\n'),
    values: { ...(machine && valuesOf(machine)) },
    state: { regions: Object.fromEntries(sorted.map(({ cloud, id }) => [cloud.access.region, id])) },
    remove: sorted.map(({ cloud, id }) => imageReference(cloud.access, id, name)),
  };
}

const pairOf = ({ cloud, id }: MadeImage): string => `${cloud.access.region}:${id}`;
