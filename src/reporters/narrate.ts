import { describeDuration, formatDuration } from '../contract/duration.js';
import type { BuildSummary, Origin, RunEvent } from '../contract/events.js';
import { failureLines } from './failure-text.js';
import { ProgressPace } from './pace.js';

/** One thing to show: `build` gives it a colour, `error` another; without a build it stands bare, as the summary does. */
export interface Utterance {
  readonly kind: 'say' | 'error';
  readonly text: string;
  readonly build?: string;
  /** Artifact lines: what the closing summary is about. */
  readonly about?: { readonly summary: BuildSummary; readonly artifact: number } | { readonly failed: BuildSummary };
}

/**
 * Turns events into what is said about them, in Packer's manner. Both the terminal and `-machine-readable` say the same;
 * they differ in how.
 */
export class Narrator {
  private readonly pace: ProgressPace;

  constructor(now: () => Date) {
    this.pace = new ProgressPace(now);
  }

  *narrate(event: RunEvent): Generator<Utterance> {
    switch (event.type) {
      case 'say':
        yield* said('say', event.origin, event.text);
        return;
      case 'complaint':
        yield* said('error', event.origin, event.text);
        return;
      case 'output':
        yield* said(event.stream === 'stdout' ? 'say' : 'error', event.origin, lastRewrite(event.line));
        return;
      case 'waiting':
        if (this.pace.isDue(keyOf(event.origin, 'waiting'), event.milliseconds)) {
          const elapsed =
            event.milliseconds >= 1000 ? ` (${describeDuration(Math.floor(event.milliseconds / 1000) * 1000)})` : '';
          yield* said('say', event.origin, `waiting: ${event.text}${elapsed}`);
        }
        return;
      case 'progress':
        if (this.pace.isDueNow(keyOf(event.origin, event.label), event.done === event.total)) {
          yield* said('say', event.origin, progressText(event));
        }
        return;
      case 'checkpoint':
        if (event.action === 'restored') {
          const duration = (event.milliseconds / 1000).toFixed(1);
          yield* said('say', event.origin, `back where it was after \`${event.step}\` (${duration} s)`);
        }
        return;
      case 'notice':
        yield { kind: event.severity === 'error' ? 'error' : 'say', text: noticeText(event) };
        return;
      case 'build-finished':
        yield finished(event);
        return;
      case 'cancelling':
        yield {
          kind: 'say',
          text: `Cancelling builds after ${event.signal}; once more stops at once, without cleaning up`,
        };
        return;
      case 'run-finished':
        yield* closing(event);
        return;
      case 'run-started':
      case 'build-started':
      case 'step-started':
      case 'step-finished':
      case 'resource':
      case 'artifact':
        return;
    }
  }
}

const keyOf = ({ build, postProcessor }: Origin, what: string): string => JSON.stringify([build, postProcessor, what]);

/** The prefix stands in front of every line. */
function* said(kind: 'say' | 'error', origin: Origin, text: string): Generator<Utterance> {
  const { build, postProcessor } = origin;
  if (build === undefined) {
    yield { kind, text };
    return;
  }
  const prefix = postProcessor === undefined ? `==> ${build}:` : `==> ${build} (${postProcessor}):`;
  const lines = text.split('\n').map((line) => `${prefix} ${line}`.trimEnd());
  yield { kind, text: lines.join('\n'), build };
}

/** A program that redraws its line with carriage returns means the last drawing. */
function lastRewrite(line: string): string {
  const trimmed = line.trimEnd();
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

function progressText({ label, done, total, unit }: Extract<RunEvent, { type: 'progress' }>): string {
  if (unit === 'percent') return `${label}: ${Math.floor(done)} %`;
  const show = (count: number) => (unit === 'bytes' ? bytes(count) : String(count));
  if (total === undefined || total === 0) return `${label}: ${show(done)}`;
  return `${label}: ${Math.floor((done / total) * 100)} % (${show(done)} of ${show(total)})`;
}

function noticeText({ severity, failure }: Extract<RunEvent, { type: 'notice' }>): string {
  const [first, ...rest] = failureLines(failure);
  return [`${severity === 'error' ? 'Error' : 'Warning'}: ${first}`, ...rest].join('\n');
}

function finished({ origin, milliseconds, failure }: Extract<RunEvent, { type: 'build-finished' }>): Utterance {
  const { build = '' } = origin;
  const duration = describeDuration(milliseconds);
  if (!failure) return { kind: 'say', text: `Build '${build}' finished after ${duration}.`, build };
  const [sentence = '', ...rest] = failureLines(failure);
  const text = [`Build '${build}' errored after ${duration}: ${sentence} [${failure.code}]`, ...rest].join('\n');
  return { kind: 'error', text, build };
}

function* closing({
  milliseconds,
  cancelled,
  results,
}: Extract<RunEvent, { type: 'run-finished' }>): Generator<Utterance> {
  yield { kind: 'say', text: `\n==> Wait completed after ${describeDuration(milliseconds)}` };
  if (cancelled) {
    yield { kind: 'say', text: 'Cleanly cancelled builds after being interrupted.' };
    return;
  }
  const failed = results.filter(({ failure }) => failure);
  if (failed.length > 0) {
    yield { kind: 'error', text: "\n==> Some builds didn't complete successfully and had errors:" };
    for (const summary of failed) {
      yield { kind: 'error', text: `--> ${summary.build}: ${summary.failure?.text}`, about: { failed: summary } };
    }
  }
  const made = results.filter(({ artifacts }) => artifacts.length > 0);
  if (made.length === 0) {
    yield { kind: 'say', text: '\n==> Builds finished but no artifacts were created.' };
    return;
  }
  yield { kind: 'say', text: '\n==> Builds finished. The artifacts of successful builds are:' };
  for (const summary of made) {
    for (const [artifact, { description }] of summary.artifacts.entries()) {
      yield { kind: 'say', text: `--> ${summary.build}: ${description}`, about: { summary, artifact } };
    }
  }
}

/** Formats a duration for a log. */
export const shortDuration = (milliseconds: number): string => formatDuration(Math.round(milliseconds));
