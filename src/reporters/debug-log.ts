import type { Reporter, RunEvent } from '../contract/events.js';
import { failureLines } from './failure-text.js';
import { shortDuration } from './narrate.js';

/** Writes for the debug log (`PACKER_LOG`, `PACKER_LOG_PATH`) what the other forms of output leave out. */
export function debugLogReporter({ write, now }: { write(text: string): void; readonly now: () => Date }): Reporter {
  return {
    event(event) {
      for (const line of logLines(event)) write(`${now().toISOString()} ${line}\n`);
    },
  };
}

function logLines(event: RunEvent): string[] {
  const build = 'origin' in event && event.origin.build !== undefined ? `${event.origin.build}: ` : '';
  switch (event.type) {
    case 'run-started':
      return [`run ${event.runId} of ${event.builds.length} builds: ${event.builds.join(', ')}`];
    case 'build-started':
      return [`${build}starts`];
    case 'say':
    case 'complaint':
    case 'waiting':
      return event.text.split('\n').map((line) => `${build}${event.type}: ${line}`);
    case 'output':
      return [`${build}${event.stream}: ${event.line}`];
    case 'step-started':
      return [`${build}step "${event.step}" starts`];
    case 'step-finished': {
      const how = event.failure
        ? `failed after ${shortDuration(event.milliseconds)}: ${event.failure.text}`
        : `took ${shortDuration(event.milliseconds)}`;
      return [`${build}step "${event.step}" ${how}`];
    }
    case 'progress':
      return [
        `${build}${event.label}: ${event.done}${event.total === undefined ? '' : ` of ${event.total}`} ${event.unit}`,
      ];
    case 'resource':
      return [`${build}${event.action} ${event.id} [${event.kind}]`];
    case 'checkpoint': {
      const duration = shortDuration(event.milliseconds);
      return [`${build}${event.action} the machine after "${event.step}" in ${duration} [${event.key.slice(0, 12)}]`];
    }
    case 'notice':
      return failureLines(event.failure).map((line) => `${event.severity}: ${line}`);
    case 'artifact':
      return [`${build}artifact ${event.index}: ${event.artifact.builderId} ${event.artifact.id}`];
    case 'build-finished': {
      const how = event.failure ? failureLines(event.failure) : ['succeeded'];
      return how.map((line) => `${build}ended after ${shortDuration(event.milliseconds)}: ${line}`);
    }
    case 'cancelling':
      return [`cancelling after ${event.signal}`];
    case 'run-finished':
      return [`run ended after ${shortDuration(event.milliseconds)}${event.cancelled ? ', cancelled' : ''}`];
  }
}
