import type { JsonObject } from '../contract/json.js';
import type { BuildForecast } from '../engine/cache/forecast.js';

/**
 * What would become of a build, as plain data beside the plan. Its shape, with keys that do not apply left out:
 * `{ build, outcome, made, milliseconds, steps: [{ step, key, outcome, milliseconds, reason: { kind, text, changes: [{ kind, name, before, after }] } }], creates, replaces: [{ what, needsForce }] }`;
 * `build` is the id of a build in the plan, `before` and `after` are `{ digest, shown }`, times are in milliseconds.
 */
export function forecastToJson({ build, ...forecast }: BuildForecast): JsonObject {
  return JSON.parse(JSON.stringify({ build: build.id, ...forecast })) as JsonObject;
}
