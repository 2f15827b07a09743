import { describe, expect, it, onTestFinished, vi } from 'vitest';
import breakpoint from '../../provisioners/breakpoint.js';
import sleep from '../../provisioners/sleep.js';
import { CancelledError } from '../../src/messages/message.js';
import { provision } from '../support/provisioning.js';

describe('the `breakpoint` provisioner', () => {
  it('waits for the person at the terminal', async () => {
    const asked: string[] = [];
    const ask = (question: string) => {
      asked.push(question);
      return Promise.resolve('');
    };
    expect(await provision(breakpoint, { note: 'look' }, { ask })).toEqual([
      'Pausing at breakpoint provisioner with note "look".',
    ]);
    expect(asked).toEqual(['Press enter to continue.']);
  });

  it('goes on where it is disabled, and says so', async () => {
    expect(await provision(breakpoint, { disable: true })).toEqual(['Breakpoint provisioner disabled; continuing...']);
  });

  it('fails where nobody can be asked', async () => {
    await expect(provision(breakpoint, {})).rejects.toThrow('nobody is asked');
  });
});

describe('the `sleep` provisioner', () => {
  it('waits as long as it is told, and no longer', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let told: string[] | undefined;
    const run = provision(sleep, { duration: 90_000 }).then((lines) => (told = lines));
    await vi.advanceTimersByTimeAsync(89_999);
    expect(told).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await run).toEqual([expect.stringContaining('1m30s')]);
  });

  it('ends early when it is cancelled', async () => {
    await expect(provision(sleep, { duration: 60_000 }, { signal: AbortSignal.abort() })).rejects.toThrow(
      CancelledError,
    );
  });
});
