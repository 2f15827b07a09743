import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forecast } from '../../../src/engine/cache/forecast.js';
import type { RunCache } from '../../../src/engine/cache/run-cache.js';
import { runPlan } from '../../../src/engine/run.js';
import { Redactor } from '../../../src/messages/redactor.js';
import type { PlannedBuild } from '../../../src/plan/plan.js';
import { engineOptions, fakeBuild, fakeProvisioner } from '../../support/fake-plan.js';
import { SaveableWorld } from '../../support/saveable.js';
import { StorePlace } from '../../support/store.js';

let place: StorePlace;
let folder: string;
let world: SaveableWorld;
let script: string;
let remove: () => Promise<void> = () => Promise.resolve();
beforeEach(async () => {
  place = await StorePlace.make();
  folder = await mkdtemp(join(tmpdir(), 'imgpack-forecast-'));
  world = new SaveableWorld(join(folder, 'image'));
  script = join(folder, 'script.sh');
  await writeFile(script, 'echo 1', { mode: 0o644 });
});
afterEach(async () => {
  await remove();
  await place.remove();
  await rm(folder, { recursive: true });
});

async function cacheOf(more: Partial<RunCache> = {}): Promise<RunCache> {
  const store = await place.open();
  const { digests } = store;
  return { store, digests, template: '/templates/t.pkr.hcl', reuse: 'everything', saves: true, ...more };
}

async function make(build: PlannedBuild): Promise<void> {
  const prepared = await engineOptions({ cache: await cacheOf() });
  remove = prepared.remove;
  const environment = { ...prepared.options.environment, now: () => place.time };
  await runPlan({ builds: [build] }, { ...prepared.options, environment });
}

const redactor = new Redactor();
redactor.add('hunter2hunter2');
async function foretell(build: PlannedBuild, more: Partial<RunCache> = {}) {
  const [one] = await forecast({ builds: [build] }, await cacheOf(more), {
    env: {},
    workingDirectory: folder,
    cacheDirectory: folder,
    temporaryDirectory: folder,
    now: () => place.time,
    signal: new AbortController().signal,
    log: () => undefined,
    redact: (text) => redactor.redact(text),
    force: more.reuse === 'checkpoints',
  });
  if (!one) throw new Error('nothing was foretold');
  return one;
}
/** The outcome, and what each step is said to do, and why. */
async function told(build: PlannedBuild, more: Partial<RunCache> = {}): Promise<string[]> {
  const { outcome, steps } = await foretell(build, more);
  return [
    outcome,
    ...steps.map(({ step, reason }) => `${step}: ${reason ? `${reason.kind}: ${reason.text}` : 'cached'}`),
  ];
}

const build = (more: Parameters<SaveableWorld['build']>[0] = {}) =>
  world.build({
    options: { size: '1', format: 'raw', secret: 'hunter2hunter2' },
    provisioners: [world.step('one', { inputs: [script] }), world.step('two')],
    ...more,
  });
const AFTER_LAUNCH = [
  'provisioner 1: do: after-changed: `launch` before it runs again',
  'provisioner 2: do: after-changed: `provisioner 1: do` before it runs again',
  'finish: after-changed: `provisioner 2: do` before it runs again',
];

describe('a plan says of every step', () => {
  it('that it was never built here', async () => {
    expect(await told(build())).toEqual([
      'anew',
      'launch: new: it was never built here',
      'provisioner 1: do: new: it was never built here',
      'provisioner 2: do: new: it was never built here',
      'finish: new: it was never built here',
    ]);
  });

  it('that nothing changed', async () => {
    await make(build());
    expect(await told(build())).toEqual([
      'unchanged',
      'launch: cached',
      'provisioner 1: do: cached',
      'provisioner 2: do: cached',
      'finish: cached',
    ]);
    expect((await foretell(build())).milliseconds).toBe(0);
  });

  it.each<[string, () => PlannedBuild | Promise<PlannedBuild>, string]>([
    [
      'an option of the builder',
      () => build({ options: { size: '2', format: 'raw', secret: 'hunter2hunter2' } }),
      'option `size` changed (1 → 2)',
    ],
    [
      'a secret option, without telling it',
      () => build({ options: { size: '1', format: 'raw', secret: 'hunter3' } }),
      'option `secret` changed (secret DIGEST → secret DIGEST)',
    ],
    [
      'an option that is gone',
      () => build({ options: { format: 'raw', secret: 'hunter2hunter2' } }),
      'option `size` is gone',
    ],
    [
      'the base',
      () => {
        world.base = 'base 2';
        return build();
      },
      '`disk image` changed (base 1 → base 2)',
    ],
    [
      'the version of a program',
      () => {
        world.version = '8.0';
        return build();
      },
      '`emulator` changed (7.2 → 8.0)',
    ],
  ])('that %s changed', async (_what, changed, reason) => {
    await make(build());
    const [outcome, launch, ...rest] = await told(await changed());
    expect(outcome).toBe('anew');
    expect(launch?.replace(/[0-9a-f]{12}/g, 'DIGEST')).toBe(`launch: changed: ${reason}`);
    expect(rest).toEqual(AFTER_LAUNCH);
  });

  it('that an option counts for the image alone', async () => {
    await make(build());
    expect(await told(build({ options: { size: '1', format: 'qcow2', secret: 'hunter2hunter2' } }))).toEqual([
      'continues',
      'launch: cached',
      'provisioner 1: do: cached',
      'provisioner 2: do: cached',
      'finish: changed: option `format` changed (raw → qcow2)',
    ]);
  });

  it('that an option counts for nothing', async () => {
    await make(build());
    const [outcome] = await told(build({ options: { size: '1', format: 'raw', secret: 'hunter2hunter2', port: '1' } }));
    expect(outcome).toBe('unchanged');
  });

  it.each<[string, () => Promise<void>]>([
    ['the content of a file', () => writeFile(script, 'echo 2')],
    ['the mode of a file', () => chmod(script, 0o755)],
    [
      'a file in a folder',
      async () => {
        await rm(script);
        await mkdir(script);
        await writeFile(join(script, 'a'), 'a');
      },
    ],
  ])('that %s changed', async (_what, change) => {
    await make(build());
    await change();
    const [outcome, launch, first, second] = await told(build());
    expect([outcome, launch]).toEqual(['continues', 'launch: cached']);
    expect(first?.replace(/[0-9a-f]{12}/g, 'DIGEST')).toMatch(
      /^provisioner 1: do: changed: file `.*script\.sh` changed \(DIGEST → DIGEST\)$/,
    );
    expect(second).toBe('provisioner 2: do: after-changed: `provisioner 1: do` before it runs again');
  });

  it('which item of a list changed', async () => {
    await make(build());
    const [, , , second] = await told(
      build({ provisioners: [world.step('one', { inputs: [script] }), world.step('TWO')] }),
    );
    expect(second).toBe('provisioner 2: do: changed: option `words` changed in item 1 (two → TWO)');
  });

  it('that it is new, or gone', async () => {
    await make(build());
    const provisioners = [world.step('one', { inputs: [script] }), world.step('two'), world.step('three')];
    expect((await told(build({ provisioners })))[4]).toBe('provisioner 3: do: new: the step is new');
    const [, , , finish] = await told(build({ provisioners: provisioners.slice(0, 1) }));
    expect(finish).toBe('finish: after-changed: it follows `provisioner 1: do` now, and not `provisioner 2: do`');
  });

  it('that it runs every time, and so does what follows', async () => {
    const always = () =>
      build({ provisioners: [world.step('one', { always: 'it is outside' }), world.step('two', { cache: false })] });
    await make(always());
    expect(await told(always())).toEqual([
      'continues',
      'launch: cached',
      'provisioner 1: do: always: it is outside',
      'provisioner 2: do: always: `cache = false`',
      'finish: after-always: `provisioner 2: do` runs every time',
    ]);
  });

  it('that it is too old', async () => {
    const old = () => build({ provisioners: [world.step('one', { cacheMaxAge: 60_000 })] });
    await make(old());
    place.later(2);
    expect((await told(old()))[2]).toBe('provisioner 1: do: too-old: its result is older than `cache_max_age`');
  });

  it('that it failed, or was not reached', async () => {
    const failing = () => build({ provisioners: [world.step('one'), world.step('fail'), world.step('three')] });
    await make(failing());
    expect(await told(failing())).toEqual([
      'continues',
      'launch: cached',
      'provisioner 1: do: cached',
      'provisioner 2: do: not-done: it failed in the last run',
      'provisioner 3: do: not-done: the last run failed before it',
      'finish: not-done: the last run failed before it',
    ]);
  });

  it('that what it made is gone', async () => {
    await make(build());
    await rm(join(folder, 'image'));
    expect((await told(build()))[4]).toBe('finish: gone: what it made is not there any more, or was changed');
    await (await place.open()).prune({ all: true });
    expect((await told(build()))[1]).toBe(
      'launch: gone: no state of the machine was saved after it, or it was removed',
    );
  });

  it('that the command line asks for it', async () => {
    await make(build());
    expect((await told(build(), { reuse: 'nothing' }))[1]).toBe('launch: asked: `-no-cache`');
    expect((await told(build(), { reuse: 'checkpoints' }))[4]).toBe('finish: asked: `-force`');
    expect((await told(build(), { fromStep: '2' })).slice(2)).toEqual([
      'provisioner 1: do: cached',
      'provisioner 2: do: asked: `-cache-from-step=2`',
      'finish: asked: `-cache-from-step=2`',
    ]);
  });

  it('that its builder starts from nothing every time', async () => {
    expect(await told(fakeBuild({ provisioners: [fakeProvisioner(() => undefined)] }))).toEqual([
      'anew',
      'launch: never-cached: `fake` starts from nothing every time',
      'provisioner 1: fake: never-cached: `fake` starts from nothing every time',
      'finish: never-cached: `fake` starts from nothing every time',
    ]);
  });

  it('and changes nothing', async () => {
    await make(build());
    const before = await place.files();
    await foretell(build());
    await foretell(build({ options: { size: '3' } }));
    expect(await place.files()).toEqual(before);
  });
});
