import { afterEach, describe, expect, it } from 'vitest';
import type { BuildValues } from '../../src/contract/artifact.js';
import type { EngineOptions, RunOutcome } from '../../src/engine/options.js';
import { runPlan } from '../../src/engine/run.js';
import { CancelledError, catalogue, ImgpackError } from '../../src/messages/message.js';
import {
  engineOptions,
  fakeBuild,
  fakeProvisioner,
  FakeWorld,
  spoken,
  type FakeBuilder,
} from '../support/fake-plan.js';

const messages = catalogue('test-provisioner', { failed: (text: string) => ({ text }) });
const failure = (text: string) => new ImgpackError(messages.failed(text));
const CLEANUP_NOTICE = 'Provisioning step had errors: Running the cleanup provisioner, if present...';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function run(
  build: FakeBuilder,
  more: Partial<EngineOptions> = {},
): Promise<{ outcome: RunOutcome; said: string[] }> {
  const { options, events, remove } = await engineOptions(more);
  removals.push(remove);
  const outcome = await runPlan({ builds: [fakeBuild(build)] }, options);
  return { outcome, said: spoken(events) };
}

/** Waits until the signal of a provisioner fires, as a well-behaved one does. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError()), { once: true }));

describe('provisioners', () => {
  it('run in the order written, and the first failure skips the rest', async () => {
    const ran: string[] = [];
    const { outcome, said } = await run({
      provisioners: [
        fakeProvisioner(() => void ran.push('one')),
        fakeProvisioner(() => Promise.reject(failure('two is broken'))),
        fakeProvisioner(() => void ran.push('three')),
      ],
    });
    expect(ran).toEqual(['one']);
    expect(said).toEqual([CLEANUP_NOTICE]);
    expect(outcome.results).toEqual([
      {
        build: 'fake.a',
        artifacts: [],
        failure: { code: 'test-provisioner/failed', text: 'two is broken' },
        failedStep: 'provisioner 2: fake',
      },
    ]);
  });

  it('are tried again max_retries more times, and each attempt is announced', async () => {
    let attempts = 0;
    const { outcome, said } = await run({
      provisioners: [
        fakeProvisioner(
          () => {
            attempts++;
            if (attempts < 3) throw failure(`attempt ${attempts}`);
          },
          { maxRetries: 2 },
        ),
      ],
    });
    expect(outcome.succeeded).toBe(true);
    expect(said).toEqual([
      'Provisioner failed with "attempt 1", retrying with 2 trie(s) left',
      'Provisioner failed with "attempt 2", retrying with 1 trie(s) left',
    ]);
  });

  it('report their first failure when all attempts fail', async () => {
    let attempts = 0;
    const { outcome } = await run({
      provisioners: [fakeProvisioner(() => Promise.reject(failure(`attempt ${++attempts}`)), { maxRetries: 2 })],
    });
    expect(attempts).toBe(3);
    expect(outcome.results[0]?.failure?.text).toBe('attempt 1');
  });

  it('treat a negative max_retries as none', async () => {
    let attempts = 0;
    await run({ provisioners: [fakeProvisioner(() => Promise.reject(failure(`${++attempts}`)), { maxRetries: -1 })] });
    expect(attempts).toBe(1);
  });

  it('are cancelled after their timeout and then run again, unlike in Packer', async () => {
    let attempts = 0;
    const { outcome, said } = await run({
      provisioners: [
        fakeProvisioner(({ signal }) => (++attempts === 1 ? untilAborted(signal) : undefined), {
          timeout: 5,
          maxRetries: 1,
        }),
      ],
    });
    expect(attempts).toBe(2);
    expect(outcome.succeeded).toBe(true);
    expect(said).toEqual([
      'Setting a 5ms timeout for the next provisioner...',
      '!Cancelling provisioner after a timeout...',
      'Provisioner failed with "provisioner `fake` did not finish within 5ms", retrying with 1 trie(s) left',
      'Setting a 5ms timeout for the next provisioner...',
    ]);
  });

  it('are given up on when they ignore their timeout', async () => {
    const { outcome } = await run(
      { provisioners: [fakeProvisioner(() => new Promise<void>(() => undefined), { timeout: 1 })] },
      { cancelGrace: 1 },
    );
    expect(outcome.results[0]?.failure).toMatchObject({ code: 'engine/provisioner-timeout' });
  });

  it('ignore their timeout when they pause before', async () => {
    const { outcome, said } = await run({
      provisioners: [
        fakeProvisioner(() => new Promise((resolve) => setTimeout(resolve, 30)), { timeout: 1, pauseBefore: 2 }),
      ],
    });
    expect(outcome.succeeded).toBe(true);
    expect(said).toEqual(['Pausing 2ms before the next provisioner...']);
  });

  it('pause again before every attempt', async () => {
    const { said } = await run({
      provisioners: [fakeProvisioner(() => Promise.reject(failure('no')), { maxRetries: 1, pauseBefore: 1 })],
    });
    expect(said).toEqual([
      'Pausing 1ms before the next provisioner...',
      'Provisioner failed with "no", retrying with 1 trie(s) left',
      'Pausing 1ms before the next provisioner...',
      CLEANUP_NOTICE,
    ]);
  });

  it('may fail with continue_on_error: a warning, and the build goes on without the cleanup provisioner', async () => {
    const ran: string[] = [];
    const { outcome, said } = await run({
      provisioners: [
        fakeProvisioner(() => Promise.reject(failure('no')), { continueOnError: true }),
        fakeProvisioner(() => void ran.push('next')),
      ],
      errorCleanup: fakeProvisioner(() => void ran.push('cleanup')),
    });
    expect(outcome.succeeded).toBe(true);
    expect(ran).toEqual(['next']);
    expect(said).toEqual(['!warning: provisioner `fake` failed, and the build goes on (continue_on_error): no']);
  });

  it('leave nothing of a failed attempt to the next', async () => {
    const world = new FakeWorld();
    const seen: number[] = [];
    await run({
      provisioners: [
        fakeProvisioner(
          async (context) => {
            seen.push(world.alive.size);
            await world.make(context, 'script');
            throw failure('no');
          },
          { maxRetries: 1 },
        ),
      ],
    });
    expect(seen).toEqual([0, 0]);
    expect(world.destroyed).toEqual(['script', 'script']);
  });

  it('get their options evaluated with real values right before they run', async () => {
    const order: string[] = [];
    let got: BuildValues | undefined;
    const provisioner = fakeProvisioner(() => void order.push('run'), {
      configure: (values) => {
        order.push('configure');
        got = values?.build;
        return Promise.resolve({ config: {} as never, secrets: ['generated-password'] });
      },
    });
    const { outcome } = await run({
      machine: { values: { ID: 'Null' } },
      provisioners: [fakeProvisioner(() => void order.push('first')), provisioner],
    });
    expect(outcome.succeeded).toBe(true);
    expect(order).toEqual(['first', 'configure', 'run']);
    expect(got).toMatchObject({ ID: 'Null', Host: '<unknown>' });
  });

  it('have secrets among their options masked in what they print', async () => {
    const { said } = await run({
      provisioners: [
        fakeProvisioner((context) => context.output('stdout', 'the word is generated-password'), {
          configure: () => Promise.resolve({ config: {} as never, secrets: ['generated-password'] }),
        }),
      ],
    });
    expect(said).toEqual(['|the word is <sensitive>']);
  });
});

describe('the error-cleanup-provisioner', () => {
  it('runs after a failed provisioner, while the machine is still there', async () => {
    const world = new FakeWorld();
    const seen: string[][] = [];
    await run({
      launch: async (context) => void (await world.make(context, 'machine')),
      provisioners: [fakeProvisioner(() => Promise.reject(failure('no')))],
      errorCleanup: fakeProvisioner(() => void seen.push([...world.alive])),
    });
    expect(seen).toEqual([['machine']]);
    expect(world.destroyed).toEqual(['machine']);
  });

  it('runs when a later step of the builder fails', async () => {
    const ran: string[] = [];
    const { said } = await run({
      finish: () => Promise.reject(failure('no image')),
      errorCleanup: fakeProvisioner(() => void ran.push('cleanup')),
    });
    expect(ran).toEqual(['cleanup']);
    expect(said).toEqual([CLEANUP_NOTICE]);
  });

  it('does not run when the machine was never reached', async () => {
    const ran: string[] = [];
    const { said, outcome } = await run(
      { errorCleanup: fakeProvisioner(() => void ran.push('cleanup')) },
      { connect: () => Promise.reject(failure('refused')) },
    );
    expect(outcome.results[0]?.failure?.text).toBe('refused');
    expect(ran).toEqual([]);
    expect(said).toEqual([]);
  });

  it('adds its own failure to the original one', async () => {
    const { outcome } = await run({
      provisioners: [fakeProvisioner(() => Promise.reject(failure('first')))],
      errorCleanup: fakeProvisioner(() => Promise.reject(failure('second'))),
    });
    expect(outcome.results[0]?.failure).toEqual({
      code: 'engine/cleanup-provisioner-failed',
      text: 'the cleanup provisioner failed, too: second. Before that: first',
    });
  });
});
