import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CheckpointStore } from '../cache/store.js';
import { isOwnOutput } from '../engine/cache/own-output.js';
import { buildRecordKey, BUILDS, type BuildRecord } from '../engine/cache/records.js';
import type { Reuse, RunCache } from '../engine/cache/run-cache.js';
import { destroyReference } from '../engine/resources.js';
import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { engineMessages } from '../messages/engine.js';
import { ImgpackError } from '../messages/message.js';
import type { Redactor } from '../messages/redactor.js';
import { cacheFolderOf, cacheLimitOf } from './environment.js';
import { resourceKinds } from './resource-kinds.js';
import { debugLog } from './session.js';

export interface CacheValues {
  readonly 'no-cache': boolean;
  readonly 'cache-from-step': string | undefined;
  readonly force: boolean;
  readonly checkpoints?: boolean;
}

/**
 * Opens what is kept between runs, as the flags want it used. Where that cannot be done the reason is told, and builds start
 * from nothing.
 */
export async function openRunCache(
  template: string,
  values: CacheValues,
  redactor: Redactor,
  host: Host,
  complain: (text: string) => void,
): Promise<RunCache | undefined> {
  const log = debugLog(host);
  try {
    const store = await openStore(host, (text) => log(redactor.redact(text)));
    const fromStep = values['cache-from-step'];
    return {
      store,
      digests: store.digests,
      template: resolve(host.workingDirectory, template),
      reuse: reuseOf(values),
      saves: values.checkpoints !== false && host.env['IMGPACK_CHECKPOINTS'] !== '0',
      ...(fromStep !== undefined && { fromStep }),
    };
  } catch (error) {
    if (!(error instanceof ImgpackError)) throw error;
    complain(commandMessages.cacheUnusable(error.message).text);
    return undefined;
  }
}

/** The store of this user, with the size that the environment allows. What cannot be destroyed is kept for another time. */
export function openStore(host: Host, log: (text: string) => void): Promise<CheckpointStore> {
  return CheckpointStore.open({
    folder: cacheFolderOf(host),
    limit: cacheLimitOf(host),
    now: () => new Date(),
    log,
    async destroy(reference) {
      const kind = await resourceKinds(reference.kind);
      if (!kind) throw new ImgpackError(engineMessages.unknownKind(reference.kind));
      await destroyReference(kind, reference, log);
    },
  });
}

/**
 * Tells whether an earlier run of a build of this template made what is at a path. The records are looked at when somebody
 * asks, and nothing is made where there are none.
 */
export function ownOutputs(template: string, host: Host): (build: string, path: string) => Promise<boolean> {
  const folder = cacheFolderOf(host);
  return async (build, path) => {
    if (!existsSync(folder)) return false;
    const { records, digests } = await openStore(host, (text) => debugLog(host)(text));
    const key = buildRecordKey(resolve(host.workingDirectory, template), build);
    const last = (await records.get(BUILDS, key)) as BuildRecord | undefined;
    return isOwnOutput(path, last, digests);
  };
}

function reuseOf({ 'no-cache': off, force }: CacheValues): Reuse {
  if (off) return 'nothing';
  return force ? 'checkpoints' : 'everything';
}
