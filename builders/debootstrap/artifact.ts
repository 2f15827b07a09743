import { resolve } from 'node:path';
import type { Artifact } from '../../src/contract/artifact.js';
import { fileReference } from '../../src/contract/helpers/local-resources.js';
import type { ImagePlan } from './steps/plan-image.js';

/** The image as a file. Its id names the recipe: the same id, the same contents of the archive aside. */
export function artifactOf(plan: ImagePlan, workingDirectory: string): Artifact {
  const { recipe, output, key } = plan;
  const what = recipe.disk ? 'bootable disk' : 'root file system';
  return {
    builderId: 'imgpack.debootstrap',
    id: `${recipe.suite}-${recipe.architecture}-${key.slice(0, 12)}`,
    files: [output],
    description: `${what} with ${recipe.distribution} ${recipe.suite} (${recipe.architecture}): ${output}`,
    state: { diskFormat: recipe.disk?.format ?? 'tar' },
    remove: [fileReference(resolve(workingDirectory, output))],
  };
}
