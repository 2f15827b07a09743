import { ordered } from '../contract/helpers/canonical-json.js';
import type { JsonObject } from '../contract/json.js';
import type { Plan, PlannedBuild, PlannedComponent, PlannedPostProcessor, PlannedProvisioner } from './plan.js';

/**
 * A plan as plain data, for people and tools. Its shape, with keys that do not apply left out:
 * `{ version: 1, builds: [{ id, name, buildName, type, source, place, builder, provisioners, errorCleanup, postProcessors, dependsOn, neededBy }], leftOut: [{ kind, name, place }] }`;
 * a component is `{ type, name, place, options }`, a provisioner has `pauseBefore`, `timeout` (milliseconds), `maxRetries`
 * and `continueOnError` beside it, a post-processor `keepInputArtifact`; `place` is `FILE:LINE`. Secrets are still in `options`.
 */
export function planToJson(plan: Plan): JsonObject {
  return {
    version: 1,
    builds: plan.builds.map(buildToJson),
    ...(plan.leftOut && {
      leftOut: plan.leftOut.map(({ kind, name, range }) => ({ kind, name, place: placeOf({ place: range }) })),
    }),
  };
}

function buildToJson(build: PlannedBuild): JsonObject {
  const { identity } = build;
  return {
    id: build.id,
    name: identity.name,
    ...(identity.blockName !== '' && { buildName: identity.blockName }),
    type: identity.builderType,
    source: identity.sourceLabel,
    ...(identity.sourceName !== identity.sourceLabel && { sourceName: identity.sourceName }),
    place: placeOf(build),
    builder: componentToJson(build.builder),
    provisioners: build.provisioners.map(provisionerToJson),
    ...(build.errorCleanup && { errorCleanup: provisionerToJson(build.errorCleanup) }),
    postProcessors: build.chains.map((chain) => chain.map(postProcessorToJson)),
    dependsOn: build.dependsOn,
    ...(build.neededBy && { neededBy: build.neededBy }),
  };
}

function provisionerToJson(provisioner: PlannedProvisioner): JsonObject {
  const { pauseBefore, timeout, maxRetries, continueOnError } = provisioner;
  return {
    ...componentToJson(provisioner),
    ...(pauseBefore !== undefined && { pauseBefore }),
    ...(timeout !== undefined && { timeout }),
    ...(maxRetries > 0 && { maxRetries }),
    ...(continueOnError && { continueOnError }),
  };
}

function postProcessorToJson(postProcessor: PlannedPostProcessor): JsonObject {
  const { keepInputArtifact } = postProcessor;
  return { ...componentToJson(postProcessor), ...(keepInputArtifact !== undefined && { keepInputArtifact }) };
}

function componentToJson(component: PlannedComponent): JsonObject {
  const { type, name, options } = component;
  return { type, ...(name !== undefined && { name }), place: placeOf(component), options: ordered(options) };
}

function placeOf({ place }: { readonly place: PlannedComponent['place'] }): string {
  return `${place.file}:${place.start.line}`;
}
