import type { EC2Client, Image, Instance, Snapshot, Volume } from '@aws-sdk/client-ec2';
import { formatDuration } from '../../src/contract/duration.js';
import { CancelledError, ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';
import { isFault } from './fault.js';

interface Things {
  instance: Instance;
  image: Image;
  snapshot: Snapshot;
  volume: Volume;
}
type Kind = keyof Things;

export interface Waiting<K extends Kind, T> {
  /** For people: `instance i-1`. */
  readonly what: string;
  /** The state waited for, for people. */
  readonly wanted: string;
  /** Milliseconds between looks, and until it is given up. */
  readonly delay: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Undefined: not yet. `thing` is undefined where AWS does not show it (any more, or yet). */
  look(thing: Things[K] | undefined): T | undefined;
}

interface Wait {
  readonly id: string;
  readonly delay: number;
  due: number;
  look(thing: unknown): boolean;
  fail(error: unknown): void;
}

const BATCH = 200;
const LONGEST_DELAY = 15_000;

/** Waits for states of things in one region. All that wait for a kind of thing share each call. */
export class Watcher {
  private readonly waits = new Map<Kind, Set<Wait>>();
  private readonly running = new Set<Kind>();

  constructor(private readonly ec2: EC2Client) {}

  /** @throws ImgpackError when the limit is reached, whatever `look` throws, or CancelledError */
  wait<K extends Kind, T>(kind: K, id: string, how: Waiting<K, T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (how.signal.aborted) return reject(new CancelledError());
      const group = this.waits.get(kind) ?? new Set();
      this.waits.set(kind, group);
      const end = () => {
        group.delete(wait);
        how.signal.removeEventListener('abort', cancel);
      };
      const cancel = () => {
        end();
        reject(new CancelledError());
      };
      const deadline = Date.now() + how.limit;
      const wait: Wait = {
        id,
        delay: how.delay,
        due: Date.now() + Math.min(how.delay, 1000),
        look: (thing) => {
          try {
            const result = how.look(thing as Things[K] | undefined);
            if (result === undefined) {
              if (Date.now() < deadline) return false;
              throw new ImgpackError(messages.waitTimeout(how.what, how.wanted, formatDuration(how.limit)));
            }
            end();
            resolve(result);
          } catch (error) {
            end();
            reject(error as Error);
          }
          return true;
        },
        fail: (error) => {
          end();
          reject(error as Error);
        },
      };
      group.add(wait);
      how.signal.addEventListener('abort', cancel, { once: true });
      if (!this.running.has(kind)) void this.loop(kind, group);
    });
  }

  private async loop(kind: Kind, group: Set<Wait>): Promise<void> {
    this.running.add(kind);
    let last = 0;
    while (group.size > 0) {
      const shortest = Math.min(...[...group].map(({ delay }) => delay));
      const first = Math.min(...[...group].map(({ due }) => due));
      const at = Math.max(first, last + Math.min(shortest, 2000));
      if (at > Date.now()) {
        // Short naps, so that what joins meanwhile is not kept waiting, and what is cancelled ends the loop.
        await new Promise((wake) => setTimeout(wake, Math.min(at - Date.now(), 250)));
        continue;
      }
      last = Date.now();
      const asked = [...group];
      try {
        const things = await this.describe(kind, [...new Set(asked.map(({ id }) => id))]);
        for (const wait of asked) {
          if (!group.has(wait) || wait.look(things.get(wait.id))) continue;
          wait.due = Date.now() + Math.min(wait.delay, LONGEST_DELAY);
        }
      } catch (error) {
        for (const wait of asked) if (group.has(wait)) wait.fail(error);
      }
    }
    this.running.delete(kind);
  }

  private async describe(kind: Kind, ids: readonly string[]): Promise<Map<string, unknown>> {
    const found = new Map<string, unknown>();
    for (let i = 0; i < ids.length; i += BATCH) {
      const batch = ids.slice(i, i + BATCH);
      // A filter passes over what does not exist (yet); a list of ids would be refused as a whole.
      for (const [id, thing] of await this.query(kind, batch).catch((error: unknown) => {
        if (isFault(error, /\.NotFound$/)) return [];
        throw error;
      }))
        found.set(id, thing);
    }
    return found;
  }

  private async query(kind: Kind, ids: string[]): Promise<(readonly [string, unknown])[]> {
    const sdk = await import('@aws-sdk/client-ec2');
    const Filters = [{ Name: `${kind}-id`, Values: ids }];
    switch (kind) {
      case 'instance': {
        const { Reservations = [] } = await this.ec2.send(new sdk.DescribeInstancesCommand({ Filters }));
        return Reservations.flatMap(({ Instances = [] }) => Instances).map((it) => [it.InstanceId ?? '', it] as const);
      }
      case 'image': {
        const { Images = [] } = await this.ec2.send(new sdk.DescribeImagesCommand({ Filters, Owners: ['self'] }));
        return Images.map((it) => [it.ImageId ?? '', it] as const);
      }
      case 'snapshot': {
        const { Snapshots = [] } = await this.ec2.send(
          new sdk.DescribeSnapshotsCommand({ Filters, OwnerIds: ['self'] }),
        );
        return Snapshots.map((it) => [it.SnapshotId ?? '', it] as const);
      }
      case 'volume': {
        const { Volumes = [] } = await this.ec2.send(new sdk.DescribeVolumesCommand({ Filters }));
        return Volumes.map((it) => [it.VolumeId ?? '', it] as const);
      }
    }
  }
}
