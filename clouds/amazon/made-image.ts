import type { Image } from '@aws-sdk/client-ec2';
import type { Resource } from '../../src/contract/resources.js';
import { ImgpackError } from '../../src/messages/message.js';
import type { Cloud } from './cloud.js';
import { messages } from './messages.js';
import { pollingOf } from './polling.js';
import { snapshotsOf } from './kinds/image.js';
import type { Context } from './steps/config.js';

/** An image in one region. */
export interface MadeImage {
  readonly cloud: Cloud;
  readonly id: string;
  readonly snapshots: readonly string[];
  readonly resource: Resource<string>;
}

const PROGRESS_DELAY = 1;
/** Glances at snapshots of all builds are one call. */
const GLANCE_MILLISECONDS = 1000;

/** Waits until an image can be used, showing how far its snapshots are. */
export async function waitForImage(context: Context, cloud: Cloud, id: string): Promise<Image> {
  const { config, env, signal } = context;
  const label = `image ${id} in ${cloud.access.region}`;
  let looks = 0;
  return (await cloud.watcher()).wait('image', id, {
    what: label,
    wanted: 'available',
    ...pollingOf('image', config, env),
    signal,
    look(it) {
      const state = it?.State;
      if (state === 'available') return it;
      if (state === 'failed' || state === 'error' || state === 'invalid' || state === 'deregistered')
        throw new ImgpackError(messages.stateReached(label, state, it?.StateReason?.Message ?? ''));
      if (it && looks++ >= PROGRESS_DELAY) void tellProgress(context, cloud, label, snapshotsOf(it));
      return undefined;
    },
  });
}

/** Progress is a courtesy: where it cannot be told the build goes on. */
async function tellProgress(context: Context, cloud: Cloud, label: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  try {
    const watcher = await cloud.watcher();
    const states = await Promise.all(
      ids.map((id) =>
        watcher.wait('snapshot', id, {
          what: `snapshot ${id}`,
          wanted: 'there',
          delay: GLANCE_MILLISECONDS,
          limit: GLANCE_MILLISECONDS,
          signal: context.signal,
          look: (it) => it?.Progress ?? '',
        }),
      ),
    );
    const done = states.reduce((sum, progress) => sum + (parseInt(progress, 10) || 0), 0);
    context.progress(label, Math.round(done / ids.length), 100, 'percent');
  } catch (error) {
    context.log(`no progress of ${label}: ${String(error)}`);
  }
}
