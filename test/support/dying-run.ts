/**
 * A run of one build that kills its own process, as `kill -9` would, at a chosen point of its journal.
 * Usage: dying-run.ts STATE_DIRECTORY POINT. Exits 0 where the point is behind the end of the run.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Resources } from '../../src/contract/resources.js';
import { reservePort } from '../../src/contract/helpers/free-port.js';
import {
  createDirectory,
  createFile,
  createFileBy,
  createTemporaryFile,
} from '../../src/contract/helpers/local-resources.js';
import { spawnTracked } from '../../src/contract/helpers/spawn-process.js';
import { runPlan } from '../../src/engine/run.js';
import { Redactor } from '../../src/messages/redactor.js';
import { fakeArtifact, fakeBuild, kindsOf, nowhere } from './fake-plan.js';

const stateDirectory = process.argv[2] as string;
const point = Number(process.argv[3]);
const place = join(stateDirectory, 'place');
let passed = 0;

/** Dies without a word when its turn has come. */
function pass(): void {
  if (passed++ === point) process.kill(process.pid, 'SIGKILL');
}

/** Adds the point between a creation and its record. */
const dying = (resources: Resources): Resources => ({
  create: (kind, args, create) =>
    resources.create(kind, args, async (token) => {
      const made = await create(token);
      pass();
      return made;
    }),
});

const build = fakeBuild({
  launch: async (context) => {
    const resources = dying(context.resources);
    await createDirectory(resources, join(place, 'parent', 'output'));
    await createFile(resources, join(place, 'parent', 'output', 'disk.raw'), { content: 'disk' });
    await createFileBy(resources, join(place, 'made.bin'), (path) => writeFile(path, 'by a program'));
    await createTemporaryFile(resources, place, 'script.sh', 'echo');
    await reservePort(resources, context.cacheDirectory, { min: 20_000, max: 40_000 });
    await spawnTracked(resources, 'sleep', ['1000'], { env: { ...process.env, IMGPACK_TEST: stateDirectory } });
  },
  finish: () => Promise.resolve(fakeArtifact('image')),
});

const outcome = await runPlan(
  { builds: [build] },
  {
    runId: 'dying',
    environment: {
      env: process.env,
      workingDirectory: place,
      cacheDirectory: join(stateDirectory, 'cache'),
      temporaryDirectory: place,
      now: () => new Date(),
    },
    parallelBuilds: 0,
    onError: 'cleanup',
    force: false,
    debug: false,
    reporters: [{ event: (event) => event.type === 'resource' && pass() }],
    stateDirectory,
    redactor: new Redactor(),
    connect: () => Promise.resolve(nowhere),
    render: (template) => template,
    signal: new AbortController().signal,
    resourceKinds: kindsOf(),
  },
);
process.exit(outcome.succeeded ? 0 : 1);
