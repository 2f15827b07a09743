import { invalid, Refusal } from '../refusal.js';
import { fingerprint, nameIn, pathOf, type Store } from './store.js';
import type { Asked, Handler, Thing } from './types.js';

interface BodyDisk {
  readonly boot?: boolean;
  readonly autoDelete?: boolean;
  readonly type?: string;
  readonly source?: string;
  readonly initializeParams?: { diskName?: string; sourceImage?: string; diskSizeGb?: string; labels?: object };
}

/** Instances: machines that start, say something on their serial ports, and end. */
export class Instances {
  /** Text of the serial ports by `instance id/port`. */
  readonly serial = new Map<string, string>();
  /** The address that machines are reached at. */
  address = '203.0.113.7';
  /** How many machines the project may have. */
  quota = Infinity;
  /** Told of each machine that runs. */
  onRunning: (instance: Thing) => void = () => undefined;
  onMetadata: (instance: Thing) => void = () => undefined;

  constructor(private readonly store: Store) {}

  get handlers(): Record<string, Handler> {
    return {
      'instances.get': (asked) => this.get(asked),
      'instances.insert': (asked) => this.insert(asked),
      'instances.delete': (asked) => this.remove(asked),
      'instances.setMetadata': (asked) => this.setMetadata(asked),
      'instances.getSerialPortOutput': (asked) => this.serialOutput(asked),
      'instances.getScreenshot': (asked) => {
        this.get(asked);
        return { kind: 'compute#screenshot', contents: Buffer.from('\u0089PNG\r\n', 'latin1').toString('base64') };
      },
      'instances.testIamPermissions': ({ body }) => ({ permissions: body['permissions'] }),
    };
  }

  /** Adds to what a machine says on a serial port. */
  say(instance: Thing, text: string, port = 1): void {
    const key = `${instance.id}/${port}`;
    this.serial.set(key, (this.serial.get(key) ?? '') + text);
  }

  private folder({ values }: Asked): string {
    return `projects/${values['project']}/zones/${values['zone']}`;
  }

  private get(asked: Asked): Thing {
    return this.store.get(`${this.folder(asked)}/instances/${asked.values['instance']}`);
  }

  private insert(asked: Asked): object {
    const { body, values } = asked;
    for (const field of ['machineType', 'disks', 'networkInterfaces'])
      if (body[field] === undefined) throw invalid(`Invalid value for field 'resource.${field}': ''`);
    const name = nameIn(asked);
    const path = `${this.folder(asked)}/instances/${name}`;
    if (this.store.below(`${this.folder(asked)}/instances/`).length >= this.quota)
      throw new Refusal(403, 'quotaExceeded', 'Quota INSTANCES exceeded');
    const scheduling = (body['scheduling'] ?? {}) as { maxRunDuration?: object; instanceTerminationAction?: string };
    if (scheduling.maxRunDuration && !scheduling.instanceTerminationAction)
      throw invalid('A maximum run duration needs an instance termination action');
    const made: string[] = [];
    const disks = (body['disks'] as BodyDisk[]).map((disk, i) => this.attach(asked, disk, name, i, path, made));
    const metadata = (body['metadata'] ?? {}) as { items?: (object | null)[] };
    const instance = this.store.put(path, asked.base, {
      kind: 'compute#instance',
      ...body,
      disks,
      metadata: { kind: 'compute#metadata', fingerprint: fingerprint(), items: (metadata.items ?? []).filter(Boolean) },
      labelFingerprint: fingerprint(),
      networkInterfaces: (body['networkInterfaces'] as { accessConfigs?: (object | null)[] }[]).map((card) => ({
        ...card,
        networkIP: (card as { networkIP?: string }).networkIP ?? '10.128.0.2',
        accessConfigs: (card.accessConfigs ?? []).filter(Boolean).map((config) => ({ natIP: this.address, ...config })),
      })),
      status: 'PROVISIONING',
      zone: `${asked.base}/compute/v1/projects/${values['project']}/zones/${values['zone']}`,
    });
    return this.store.operations.start(
      asked,
      'insert',
      instance,
      () => {
        instance['status'] = 'RUNNING';
        this.onRunning(instance);
      },
      () => [path, ...made].forEach((it) => this.store.remove(it)),
    );
  }

  private attach(asked: Asked, disk: BodyDisk, name: string, i: number, user: string, made: string[]): object {
    if (disk.type === 'SCRATCH') return disk;
    const { project = '' } = asked.values;
    if (disk.source !== undefined) {
      const found = this.store.get(pathOf(disk.source, project));
      (found['users'] as string[]).push(user);
      return disk;
    }
    const wanted = disk.initializeParams ?? {};
    if (wanted.sourceImage === undefined && wanted.diskSizeGb === undefined)
      throw invalid('A disk needs a source or a size');
    const image = wanted.sourceImage === undefined ? undefined : this.store.get(pathOf(wanted.sourceImage, project));
    const path = `${this.folder(asked)}/disks/${wanted.diskName ?? (i === 0 ? name : `${name}-${i}`)}`;
    const created = this.store.put(path, asked.base, {
      kind: 'compute#disk',
      sizeGb: wanted.diskSizeGb ?? image?.['diskSizeGb'],
      licenses: image?.['licenses'],
      labels: wanted.labels ?? {},
      status: 'READY',
      users: [user],
    });
    made.push(path);
    return { ...disk, source: created.selfLink };
  }

  private remove(asked: Asked): object {
    const instance = this.get(asked);
    const path = `${this.folder(asked)}/instances/${instance.name}`;
    instance['status'] = 'STOPPING';
    return this.store.operations.start(
      asked,
      'delete',
      instance,
      () => {
        this.store.remove(path);
        for (const disk of instance['disks'] as BodyDisk[]) {
          if (disk.source === undefined) continue;
          const where = pathOf(disk.source, asked.values['project'] ?? '');
          const found = this.store.find(where);
          if (found) found['users'] = (found['users'] as string[]).filter((user) => user !== path);
          if (disk.autoDelete) this.store.remove(where);
        }
      },
      () => undefined,
    );
  }

  private setMetadata(asked: Asked): object {
    const instance = this.get(asked);
    const current = instance['metadata'] as { fingerprint: string };
    if (asked.body['fingerprint'] !== current.fingerprint)
      throw new Refusal(412, 'conditionNotMet', 'Supplied fingerprint does not match current metadata fingerprint.');
    instance['metadata'] = { kind: 'compute#metadata', ...asked.body, fingerprint: fingerprint() };
    return this.store.operations.start(
      asked,
      'setMetadata',
      instance,
      () => this.onMetadata(instance),
      () => undefined,
    );
  }

  private serialOutput(asked: Asked): object {
    const instance = this.get(asked);
    const text = this.serial.get(`${instance.id}/${asked.values['port'] ?? '1'}`) ?? '';
    const start = Math.min(Number(asked.values['start'] ?? 0), text.length);
    return {
      kind: 'compute#serialPortOutput',
      contents: text.slice(start),
      start: String(start),
      next: String(text.length),
      selfLink: `${instance.selfLink}/serialPort`,
    };
  }
}
