import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/contract/events.js';
import { EventRedactor } from '../../src/engine/redact-events.js';
import { Redactor } from '../../src/messages/redactor.js';
import { fakeArtifact, spoken } from '../support/fake-plan.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function redacting(...secrets: readonly string[]) {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  const seen: RunEvent[] = [];
  const events = new EventRedactor(redactor, (event) => seen.push(event));
  const out = (line: string, build = 'a', stream: 'stdout' | 'stderr' = 'stdout') =>
    events.event({ type: 'output', origin: { build }, stream, line });
  return { events, seen, out };
}

describe('events', () => {
  it('have every text masked, and names, numbers, keys and codes left', () => {
    const { events, seen } = redacting('say', 'topsecret', '7');
    events.event({ type: 'say', origin: { build: 'b.topsecret' }, text: 'the topsecret' });
    events.event({
      type: 'build-finished',
      origin: { build: 'a' },
      milliseconds: 7,
      failure: { code: 'topsecret/7', text: 'no topsecret', details: ['topsecret'], causes: ['of topsecret'] },
      artifacts: [fakeArtifact('topsecret', { state: { topsecret: 'topsecret', size: 7 }, files: ['/topsecret'] })],
    });
    expect(seen).toEqual([
      { type: 'say', origin: { build: 'b.<sensitive>' }, text: 'the <sensitive>' },
      {
        type: 'build-finished',
        origin: { build: 'a' },
        milliseconds: 7,
        failure: {
          code: 'topsecret/7',
          text: 'no <sensitive>',
          details: ['<sensitive>'],
          causes: ['of <sensitive>'],
        },
        artifacts: [
          {
            builderId: 'test.fake',
            id: '<sensitive>',
            files: ['/<sensitive>'],
            description: 'made <sensitive>',
            remove: [],
            state: { topsecret: '<sensitive>', size: 7 },
          },
        ],
      },
    ]);
  });

  it('with output split over two lines are put together per stream', () => {
    const { seen, out } = redacting('topsecret');
    out('it is topse');
    out('plain', 'a', 'stderr');
    out('topse', 'b');
    out('cret!');
    expect(spoken(seen)).toEqual(['|plain', '|it is <sensitive>', '|<sensitive>!']);
  });

  it('hold a line back for a moment only, when nothing follows', () => {
    const { seen, out } = redacting('topsecret');
    out('password: tops');
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(250);
    expect(spoken(seen)).toEqual(['|password: tops']);
    out('ecret');
    expect(spoken(seen)).toEqual(['|password: tops', '|<sensitive>']);
  });

  it('keep the order between output and what is said after it', () => {
    const { events, seen, out } = redacting('topsecret');
    out('it is topse');
    events.event({ type: 'say', origin: { build: 'other' }, text: 'elsewhere' });
    events.event({ type: 'say', origin: { build: 'a' }, text: 'next' });
    expect(spoken(seen)).toEqual(['elsewhere', '|it is topse', 'next']);
  });

  it('show what is held back when the step, and when the run is over', () => {
    const { events, seen, out } = redacting('topsecret');
    out('topse');
    events.event({ type: 'step-finished', origin: { build: 'a' }, step: 's', milliseconds: 1 });
    out('cret');
    out('topse', 'b');
    events.flush();
    expect(spoken(seen)).toEqual(['|topse', '|cret', '|topse']);
  });
});
