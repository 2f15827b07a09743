import { afterEach, describe, expect, it } from 'vitest';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildValues } from '../../src/contract/artifact.js';
import type { SshTarget } from '../../src/contract/communicator.js';
import type { RunEvent } from '../../src/contract/events.js';
import { cleanup } from '../../src/engine/cleanup.js';
import type { EngineOptions } from '../../src/engine/options.js';
import { runPlan } from '../../src/engine/run.js';
import { CancelledError, catalogue, ImgpackError } from '../../src/messages/message.js';
import type { PlannedBuild } from '../../src/plan/plan.js';
import {
  engineOptions,
  fakeArtifact,
  fakeBuild,
  fakeProvisioner,
  FakeWorld,
  kindsOf,
  nowhere,
  spoken,
} from '../support/fake-plan.js';

const messages = catalogue('test-build', { failed: (text: string) => ({ text }) });
const failure = (text: string) => new ImgpackError(messages.failed(text));

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function start(builds: readonly PlannedBuild[], more: Partial<EngineOptions> = {}) {
  const prepared = await engineOptions(more);
  removals.push(prepared.remove);
  const outcome = await runPlan({ builds }, prepared.options);
  const journals = await readdir(join(prepared.stateDirectory, 'journal')).catch(() => []);
  return { ...prepared, outcome, journals, said: spoken(prepared.events) };
}

const types = (events: readonly RunEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'step-started' || event.type === 'step-finished') return `${event.type} ${event.step}`;
    return event.type === 'resource' ? `${event.action} ${event.id}` : event.type;
  });

describe('a build', () => {
  it('goes from launch to artifact, and undoes in reverse what the builder did not keep', async () => {
    const world = new FakeWorld();
    const build = fakeBuild({
      launch: async (context) => {
        await world.make(context, 'disk');
        await world.make(context, 'machine');
      },
      provisioners: [fakeProvisioner(() => undefined)],
      finish: async (context) => {
        await (await world.make(context, 'image')).keep();
        return fakeArtifact('image');
      },
    });
    const { events, outcome, journals } = await start([build]);
    expect(types(events)).toEqual([
      'run-started',
      'build-started',
      'step-started launch',
      'creating thing disk',
      'created thing disk',
      'creating thing machine',
      'created thing machine',
      'step-finished launch',
      'step-started connect',
      'step-finished connect',
      'step-started provisioner 1: fake',
      'step-finished provisioner 1: fake',
      'step-started finish',
      'creating thing image',
      'created thing image',
      'kept thing image',
      'step-finished finish',
      'destroyed thing machine',
      'destroyed thing disk',
      'artifact',
      'build-finished',
      'run-finished',
    ]);
    expect([...world.alive]).toEqual(['image']);
    expect(journals).toEqual([]);
    expect(outcome).toEqual({
      succeeded: true,
      cancelled: false,
      left: 0,
      results: [{ build: 'fake.a', artifacts: [fakeArtifact('image')] }],
    });
  });

  it('hands the values that provisioners saw to the closing steps', async () => {
    let seen: BuildValues | undefined;
    const build = fakeBuild({
      machine: { values: { ID: 'i-1' } },
      finish: (_context, { values }) => {
        seen = values;
        return Promise.resolve(undefined);
      },
    });
    const { outcome } = await start([build]);
    expect(seen).toMatchObject({ ID: 'i-1' });
    expect(outcome.results).toEqual([{ build: 'fake.a', artifacts: [] }]);
  });

  it('shows the console and the screen of a machine that cannot be reached', async () => {
    const build = fakeBuild({
      machine: {
        console: { tail: (lines) => Promise.resolve([`last ${lines}`, 'Kernel panic']) },
        screenshot: () => Promise.resolve(),
      },
    });
    const { outcome, stateDirectory, options } = await start([build], {
      connect: () => Promise.reject(failure('no login within 5m')),
    });
    expect(outcome.results[0]?.failure).toEqual({
      code: 'test-build/failed',
      text: 'no login within 5m',
      details: [
        'the end of the serial console:',
        '  last 40',
        '  Kernel panic',
        `the screen: ${join(stateDirectory, 'screenshots', `${options.runId}-fake.a.png`)}`,
      ],
    });
  });

  it('says that the machine ended where that is why a provisioner failed', async () => {
    const build = fakeBuild({
      machine: { ended: Promise.resolve('QEMU was killed') },
      provisioners: [fakeProvisioner(() => Promise.reject(failure('connection lost')))],
    });
    const { outcome } = await start([build]);
    expect(outcome.results[0]?.failure).toMatchObject({
      text: 'connection lost',
      details: ['the machine ended: QEMU was killed'],
    });
  });

  it('reports what undo could not remove, leaves it in the journal, and goes on with the rest', async () => {
    const world = new FakeWorld();
    world.failing.add('volume');
    const build = fakeBuild({
      launch: async (context) => {
        await world.make(context, 'network');
        await world.make(context, 'volume');
        await world.make(context, 'machine');
      },
    });
    const { outcome, said, stateDirectory, options } = await start([build], { resourceKinds: kindsOf(world.kind) });
    expect(outcome).toMatchObject({ succeeded: true, left: 1 });
    expect(world.destroyed).toEqual(['machine', 'network']);
    expect(said).toEqual([
      `!thing volume could not be removed: imgpack has a defect: it clings; \`imgpack cleanup -run=${options.runId}\` tries again`,
    ]);
    expect(await readdir(join(stateDirectory, 'journal'))).toEqual([`${options.runId}.ndjson`]);
  });

  it('reports a fault of the system as such, and anything without a code as a defect', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    const { outcome } = await start([
      fakeBuild({ name: 'full', launch: () => Promise.reject(full) }),
      fakeBuild({ name: 'broken', launch: () => Promise.reject(new TypeError('x is not a function')) }),
    ]);
    expect(outcome.results.map(({ failure: found }) => found)).toEqual([
      {
        code: 'engine/disk-full',
        text: 'ENOSPC: no space left on device, write',
        hint: 'make room on the file system, then build again',
      },
      {
        code: 'engine/defect',
        text: 'imgpack has a defect: x is not a function',
        hint: 'set PACKER_LOG=1 for the details and report them',
      },
    ]);
  });

  it('creates nothing when the journal cannot be written', async () => {
    const world = new FakeWorld();
    const build = fakeBuild({ launch: async (context) => void (await world.make(context, 'machine')) });
    const { outcome } = await start([build], { stateDirectory: '/dev/null/state' });
    expect(outcome.results[0]?.failure?.code).toBe('journal/not-writable');
    expect([...world.alive]).toEqual([]);
  });
});

describe('on-error', () => {
  const broken = (world: FakeWorld, cleaned: string[]) =>
    fakeBuild({
      launch: async (context) => void (await world.make(context, 'machine')),
      provisioners: [fakeProvisioner(() => Promise.reject(failure('no')))],
      errorCleanup: fakeProvisioner(() => void cleaned.push('cleaned')),
    });

  it('abort leaves everything, says how to remove it, and cleanup does that later', async () => {
    const world = new FakeWorld();
    const cleaned: string[] = [];
    const { said, options, outcome, stateDirectory } = await start([broken(world, cleaned)], { onError: 'abort' });
    expect(cleaned).toEqual([]);
    expect([...world.alive]).toEqual(['machine']);
    expect(outcome.left).toBe(1);
    expect(said).toEqual([
      `!1 thing is left in place; \`imgpack cleanup -run=${options.runId}\` removes it\n  thing machine`,
    ]);
    expect(await readdir(join(stateDirectory, 'journal'))).toEqual([`${options.runId}.ndjson`]);
  });

  it('run-cleanup-provisioner runs it and then leaves the machine', async () => {
    const world = new FakeWorld();
    const cleaned: string[] = [];
    await start([broken(world, cleaned)], { onError: 'run-cleanup-provisioner' });
    expect(cleaned).toEqual(['cleaned']);
    expect([...world.alive]).toEqual(['machine']);
  });

  it('ask offers to retry the step, without what the failed attempt had created', async () => {
    const world = new FakeWorld();
    const questions: string[] = [];
    let attempts = 0;
    const build = fakeBuild({
      launch: async (context) => {
        await world.make(context, `machine ${++attempts}`);
        if (attempts === 1) throw failure('no');
      },
    });
    const { outcome, said } = await start([build], {
      onError: 'ask',
      prompt: (question) => {
        questions.push(question);
        return Promise.resolve(questions.length === 1 ? 'what?' : 'r');
      },
    });
    expect(outcome.succeeded).toBe(true);
    expect(world.destroyed).toEqual(['machine 1', 'machine 2']);
    expect(said).toEqual(['!no', '!step `launch` failed']);
    const question = '==> fake.a: [c] clean up and exit, [a] abort without cleanup, [r] retry the step (c) ';
    expect(questions).toEqual([question, question]);
  });

  it.each([
    ['c', ['cleaned'], []],
    ['', ['cleaned'], []],
    ['a', [], ['machine']],
  ])('ask answered with "%s" cleans up or not', async (answer, expectedCleaned, expectedAlive) => {
    const world = new FakeWorld();
    const cleaned: string[] = [];
    await start([broken(world, cleaned)], { onError: 'ask', prompt: () => Promise.resolve(answer) });
    expect(cleaned).toEqual(expectedCleaned);
    expect([...world.alive]).toEqual(expectedAlive);
  });

  it('ask without anyone to ask cleans up', async () => {
    const world = new FakeWorld();
    await start([broken(world, [])], { onError: 'ask' });
    expect([...world.alive]).toEqual([]);
  });
});

describe('debug', () => {
  it('pauses after each step, before each provisioner, and says so first', async () => {
    const questions: string[] = [];
    const { said } = await start([fakeBuild({ provisioners: [fakeProvisioner(() => undefined)] })], {
      debug: true,
      prompt: (question) => {
        questions.push(question);
        return Promise.resolve('');
      },
    });
    expect(said).toEqual(['Debug mode enabled. Builds will not be parallelized.']);
    expect(questions).toEqual(
      [
        'step `launch` is done',
        'step `connect` is done',
        'provisioner `fake` comes next',
        'step `provisioner 1: fake` is done',
        'step `finish` is done',
      ].map((where) => `==> fake.a: paused: ${where}. Press Enter to go on. `),
    );
  });
});

describe('cancelling', () => {
  it('stops what runs, undoes it, starts nothing else and runs no post-processor', async () => {
    const world = new FakeWorld();
    const cancel = new AbortController();
    const ran: string[] = [];
    const first = fakeBuild({
      name: 'first',
      launch: async (context) => {
        await world.make(context, 'machine');
        cancel.abort('SIGINT');
        throw new CancelledError();
      },
      errorCleanup: fakeProvisioner(() => void ran.push('cleanup')),
    });
    const second = fakeBuild({ name: 'second', launch: () => Promise.resolve(void ran.push('second')) });
    const { outcome, journals } = await start([first, second], { parallelBuilds: 1, signal: cancel.signal });
    expect(outcome).toEqual({
      succeeded: false,
      cancelled: true,
      left: 0,
      results: [
        {
          build: 'first',
          artifacts: [],
          failure: { code: 'engine/cancelled', text: 'the build was cancelled' },
          failedStep: 'launch',
        },
      ],
    });
    expect(ran).toEqual([]);
    expect([...world.alive]).toEqual([]);
    expect(journals).toEqual([]);
  });

  it('undoes a build whose step does not listen, and what that step creates later', async () => {
    const world = new FakeWorld();
    const cancel = new AbortController();
    let release: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (release = resolve));
    let attempt: Promise<unknown> = Promise.resolve();
    const build = fakeBuild({
      launch: async (context) => {
        await world.make(context, 'machine');
        cancel.abort('SIGINT');
        await late;
        attempt = world.make(context, 'late');
        await attempt;
      },
    });
    const { outcome } = await start([build], { signal: cancel.signal, cancelGrace: 1 });
    release();
    await late;
    await expect(attempt).rejects.toThrow(CancelledError);
    expect(outcome.cancelled).toBe(true);
    expect([...world.alive]).toEqual([]);
  });

  it('keeps a creation that does not end in the journal, and undoes it should it end after all', async () => {
    const world = new FakeWorld();
    const cancel = new AbortController();
    let release: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (release = resolve));
    let attempt: Promise<unknown> = Promise.resolve();
    const build = fakeBuild({
      launch: async ({ resources }) => {
        attempt = resources.create(world.kind, { label: 'slow' }, async () => {
          cancel.abort('SIGINT');
          await late;
          world.alive.add('slow');
          return { value: 'slow' };
        });
        await attempt;
      },
    });
    const { outcome, options, journals, said } = await start([build], { signal: cancel.signal, cancelGrace: 1 });
    expect(outcome).toMatchObject({ cancelled: true, left: 1 });
    expect(journals).toEqual([`${options.runId}.ndjson`]);
    expect(said).toEqual([
      `!thing slow could not be removed: it is still being created; \`imgpack cleanup -run=${options.runId}\` tries again`,
    ]);
    release();
    await expect(attempt).rejects.toThrow(CancelledError);
    expect(world.destroyed).toEqual(['slow']);
  });

  it('undoes even with on-error=abort, since the user wants to leave', async () => {
    const world = new FakeWorld();
    const cancel = new AbortController();
    const build = fakeBuild({
      launch: async (context) => {
        await world.make(context, 'machine');
        cancel.abort('SIGINT');
        throw new CancelledError();
      },
    });
    await start([build], { signal: cancel.signal, onError: 'abort' });
    expect([...world.alive]).toEqual([]);
  });
});

describe('build.* values', () => {
  const ssh: SshTarget = {
    type: 'ssh',
    host: '10.0.0.5',
    port: 2222,
    username: 'admin',
    password: 'pw',
    privateKeys: ['KEY'],
    agent: false,
    agentForwarding: true,
    pty: false,
    keepAliveInterval: 5000,
    readWriteTimeout: 0,
    fileTransfer: 'scp',
    remoteTunnels: [],
    localTunnels: [],
    pauseBeforeConnecting: 0,
  };
  const UNKNOWNS = {
    ID: '<unknown>',
    Host: '<unknown>',
    Port: '<unknown>',
    User: '<unknown>',
    Password: '<unknown>',
    ConnType: '<unknown>',
    PackerRunUUID: '<unknown>',
    PackerHTTPPort: '<unknown>',
    PackerHTTPIP: '<unknown>',
    PackerHTTPAddr: '<unknown>',
    SSHPublicKey: '<unknown>',
    SSHPrivateKey: '<unknown>',
    WinRMPassword: '<unknown>',
  };
  const HTTP_ERRORS = {
    PackerHTTPIP: 'ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER',
    PackerHTTPPort: 'ERR_HTTP_PORT_NOT_IMPLEMENTED_BY_BUILDER',
    PackerHTTPAddr: 'ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER',
  };

  async function valuesOf(fake: Parameters<typeof fakeBuild>[0]): Promise<BuildValues | undefined> {
    let values: BuildValues | undefined;
    const provisioners = [fakeProvisioner((context) => void (values = context.values))];
    await start([fakeBuild({ ...fake, provisioners })], {
      connect: () => Promise.resolve({ ...nowhere, type: 'ssh' }),
    });
    return values;
  }

  it('of a builder without a machine to speak of are all unknown', async () => {
    expect(await valuesOf({})).toEqual(UNKNOWNS);
  });

  it('of the null builder without a communicator hold its id and the run, nothing of a connection', async () => {
    expect(await valuesOf({ machine: { values: { ID: 'Null' } } })).toEqual({
      ...UNKNOWNS,
      ...HTTP_ERRORS,
      ID: 'Null',
      PackerRunUUID: '11111111-2222-3333-4444-555555555555',
    });
  });

  it('over SSH hold the connection, the keys and what the machine says', async () => {
    const machine = { connection: ssh, values: { SSHPublicKey: 'ssh-ed25519 AAA', PackerHTTPIP: '10.0.2.2' } };
    expect(await valuesOf({ machine, buildValues: ['SourceImage'] })).toEqual({
      ...HTTP_ERRORS,
      ID: 'ERR_ID_NOT_IMPLEMENTED_BY_BUILDER',
      Host: '10.0.0.5',
      Port: 2222,
      User: 'admin',
      Password: 'pw',
      ConnType: 'ssh',
      PackerRunUUID: '11111111-2222-3333-4444-555555555555',
      PackerHTTPIP: '10.0.2.2',
      SSHPublicKey: 'ssh-ed25519 AAA',
      SSHPrivateKey: 'KEY',
      WinRMPassword: '',
      SourceImage: '<unknown>',
    });
  });
});

describe('scheduling', () => {
  it('runs 200 builds in one process, each with its own events and no journal left', async () => {
    const world = new FakeWorld();
    let running = 0;
    let most = 0;
    const builds = Array.from({ length: 200 }, (_, index) =>
      fakeBuild({
        name: `fake.b${index}`,
        launch: async (context) => {
          most = Math.max(most, ++running);
          await world.make(context, `machine ${index}`);
        },
        finish: () => Promise.resolve(fakeArtifact(`image ${--running}`)),
      }),
    );
    const { outcome, journals } = await start(builds);
    expect(outcome.results.map(({ build, failure: found }) => [build, found])).toEqual(
      builds.map(({ id }) => [id, undefined]),
    );
    expect(most).toBe(200);
    expect(world.destroyed).toHaveLength(200);
    expect(journals).toEqual([]);
  });

  it.each([1, 3])('runs no more than %i builds at a time', async (parallelBuilds) => {
    let running = 0;
    let most = 0;
    const builds = Array.from({ length: 12 }, (_, index) =>
      fakeBuild({
        name: `fake.b${index}`,
        launch: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
        },
      }),
    );
    await start(builds, { parallelBuilds });
    expect(most).toBe(parallelBuilds);
  });

  it('runs a build after those whose artifact it reads, even one at a time and listed first', async () => {
    const order: string[] = [];
    const build = (name: string, dependsOn: readonly string[]) =>
      fakeBuild({ name, dependsOn, launch: () => Promise.resolve(void order.push(name)) });
    await start(
      [build('top', ['left', 'right']), build('left', ['base']), build('right', ['base']), build('base', [])],
      {
        parallelBuilds: 1,
      },
    );
    expect(order).toEqual(['base', 'left', 'right', 'top']);
  });

  it('does not run a build whose base failed, and says which', async () => {
    const { outcome } = await start([
      fakeBuild({ name: 'top', dependsOn: ['base'] }),
      fakeBuild({ name: 'base', launch: () => Promise.reject(failure('no')) }),
    ]);
    expect(outcome.results.map(({ build, failure: found }) => [build, found?.text])).toEqual([
      ['top', 'not built, because it needs the artifact of `base`, which failed'],
      ['base', 'no'],
    ]);
  });

  it('refuses builds that need each other', async () => {
    const { options, remove } = await engineOptions();
    removals.push(remove);
    const builds = [fakeBuild({ name: 'a', dependsOn: ['b'] }), fakeBuild({ name: 'b', dependsOn: ['a'] })];
    await expect(runPlan({ builds }, options)).rejects.toMatchObject({ code: 'engine/dependency-cycle' });
  });
});

describe('cleanup', () => {
  it('leaves a run alone that is still going on', async () => {
    const world = new FakeWorld();
    const reports: string[] = [];
    const build = fakeBuild({
      launch: async (context) => {
        await world.make(context, 'machine');
        await cleanup({
          stateDirectory: context.workingDirectory,
          resourceKinds: kindsOf(world.kind),
          signal: new AbortController().signal,
          report: (line) => reports.push(line),
        });
        expect([...world.alive]).toEqual(['machine']);
      },
    });
    const { outcome, options } = await start([build]);
    expect(outcome.succeeded).toBe(true);
    expect(reports).toEqual([`run ${options.runId}: still going on (process ${process.pid}), left alone`]);
  });
});
