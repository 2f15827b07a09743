import { describeDuration, formatDuration } from '../contract/duration.js';
import type { BuildForecast, StepForecast } from '../engine/cache/forecast.js';
import { FINISH, LAUNCH } from '../plan/keys/build-keys.js';
import type { Place } from '../messages/message.js';
import type { PlannedBuild, PlannedProvisioner } from '../plan/plan.js';

/** A build and what would become of each of its steps, for people: a heading, a line a step, and the reasons. */
export function forecastLines(forecast: BuildForecast): string[] {
  const { build, steps, creates, replaces } = forecast;
  const lines = [`==> ${build.identity.name}: ${heading(forecast)}`];
  if (build.dependsOn.length > 0) lines.push(`    after       ${build.dependsOn.join(', ')}`);
  if (build.neededBy) lines.push(`    not selected, but read by ${build.neededBy.join(', ')}`);
  for (const [index, step] of steps.entries()) {
    lines.push(`    ${step.outcome === 'cached' ? 'cached' : 'runs  '}  ${stepText(build, step, index)}`);
    if (step.reason && step.reason.text !== steps[index - 1]?.reason?.text)
      lines.push(`            ${step.reason.text}`);
  }
  if (build.errorCleanup) {
    const { type, name, place } = build.errorCleanup;
    lines.push(`    on failure  ${name ?? type}  (${placeText(place)})`);
  }
  const replaced = new Set(replaces.map(({ what }) => what));
  for (const what of creates) if (!replaced.has(what)) lines.push(`    creates   ${what}`);
  for (const { what, needsForce } of replaces) {
    lines.push(
      `    replaces  ${what}${needsForce ? ', which needs `-force`: this build did not make it as it is' : ''}`,
    );
  }
  return lines;
}

function heading({ outcome, steps, made, milliseconds }: BuildForecast): string {
  const about = milliseconds === undefined || milliseconds === 0 ? '' : `, about ${roughly(milliseconds)}`;
  if (outcome === 'unchanged') return `nothing changed since ${made}`;
  if (outcome === 'anew') return `starts from nothing${about}`;
  const last = steps.filter((step) => step.outcome === 'cached').at(-1);
  return `goes on after \`${last?.step ?? LAUNCH}\`${about}`;
}

/** Whole seconds: an estimate is no measurement. */
const roughly = (milliseconds: number): string => describeDuration(Math.max(1, Math.round(milliseconds / 1000)) * 1000);

function stepText(build: PlannedBuild, { step, outcome, milliseconds }: StepForecast, index: number): string {
  const took = outcome === 'runs' && milliseconds !== undefined ? `, ${roughly(milliseconds)} last time` : '';
  if (step === LAUNCH) return `${step}: ${build.builder.type}${took}  (${placeText(build.builder.place)})`;
  if (step === FINISH) return `${step}${took}`;
  const provisioner = build.provisioners[index - 1];
  if (provisioner) return `${step}${extras(provisioner)}${took}  (${placeText(provisioner.place)})`;
  const postProcessor = build.chains.flat()[index - 2 - build.provisioners.length];
  return `${step}${took}${postProcessor ? `  (${placeText(postProcessor.place)})` : ''}`;
}

function extras({ pauseBefore, timeout, maxRetries, continueOnError }: PlannedProvisioner): string {
  const notes = [
    pauseBefore ? `after a pause of ${formatDuration(pauseBefore)}` : '',
    timeout ? `within ${formatDuration(timeout)}` : '',
    maxRetries > 0 ? `up to ${maxRetries + 1} times` : '',
    continueOnError ? 'its failure is ignored' : '',
  ].filter((note) => note !== '');
  return notes.map((note) => `, ${note}`).join('');
}

/** `FILE:LINE`. */
export const placeText = ({ file, start }: Place): string => `${file}:${start.line}`;
