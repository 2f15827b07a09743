import { notFound } from '../refusal.js';
import type { Asked, Handler } from './types.js';

export interface Operation {
  readonly kind: 'compute#operation';
  readonly id: string;
  readonly name: string;
  readonly operationType: string;
  readonly targetLink: string;
  readonly targetId: string;
  readonly selfLink: string;
  readonly insertTime: string;
  status: 'PENDING' | 'RUNNING' | 'DONE';
  progress: number;
  zone?: string;
  region?: string;
  error?: { errors: { code: string; message: string }[] };
  httpErrorStatusCode?: number;
  httpErrorMessage?: string;
}

interface Running {
  readonly operation: Operation;
  readonly place: string;
  /** Looks until it is over. */
  looks: number;
  readonly ready: number;
  finish: () => void;
}

/** Changes that take time: they are over after some looks at them, and not before some milliseconds. */
export class Operations {
  private readonly all = new Map<string, Running>();
  private count = 0;
  /** Looks that find an operation running. */
  looks = 1;
  /** Milliseconds that an operation takes. */
  time: (operationType: string, targetLink: string) => number = () => 0;
  /** The error that the next operation of a kind ends with. */
  failure: (action: string) => { readonly code: string; readonly message: string } | undefined = () => undefined;

  start(
    asked: Asked,
    operationType: string,
    target: { selfLink: string; id: string },
    done: () => void,
    undo: () => void,
  ): Operation {
    const { project = '', zone, region } = asked.values;
    const place = placeOf(asked.values);
    const number = String(++this.count);
    const name = `operation-${number}-${'0'.repeat(8)}`;
    const root = `${asked.base}/compute/v1/projects/${project}`;
    const operation: Operation = {
      kind: 'compute#operation',
      id: String(7_000_000_000_000_000_000n + BigInt(number)),
      name,
      operationType,
      targetLink: target.selfLink,
      targetId: target.id,
      selfLink: `${root}/${place}/operations/${name}`,
      insertTime: new Date().toISOString(),
      status: 'RUNNING',
      progress: 0,
      ...(zone !== undefined && { zone: `${root}/zones/${zone}` }),
      ...(zone === undefined && region !== undefined && { region: `${root}/regions/${region}` }),
    };
    const failure = this.failure(operationType);
    this.all.set(`${project}/${place}/${name}`, {
      operation,
      place: `${project}/${place}`,
      looks: this.looks,
      ready: Date.now() + this.time(operationType, target.selfLink),
      finish: () => {
        operation.status = 'DONE';
        operation.progress = 100;
        if (failure) {
          operation.error = { errors: [{ ...failure }] };
          operation.httpErrorStatusCode = failure.code === 'QUOTA_EXCEEDED' ? 403 : 503;
          operation.httpErrorMessage = failure.code;
          undo();
        } else done();
      },
    });
    return { ...operation };
  }

  /** Ends what still runs, as time would. */
  settle(): void {
    for (const running of this.all.values()) if (running.operation.status !== 'DONE') running.finish();
  }

  private look(running: Running): Operation {
    if (running.operation.status !== 'DONE' && --running.looks < 0 && Date.now() >= running.ready) running.finish();
    return { ...running.operation };
  }

  readonly get: Handler = ({ values }) => {
    const running = this.all.get(`${values['project']}/${placeOf(values)}/${values['operation']}`);
    if (!running) throw notFound(`operations/${values['operation']}`);
    return this.look(running);
  };

  readonly list: Handler = ({ values }) => {
    const names = [...(values['filter'] ?? '').matchAll(/name = "([^"]+)"/g)].map(([, name]) => name);
    const place = `${values['project']}/${placeOf(values)}`;
    const items = [...this.all.values()]
      .filter((running) => running.place === place && (names.length === 0 || names.includes(running.operation.name)))
      .map((running) => this.look(running));
    return { kind: 'compute#operationList', id: place, items };
  };

  get handlers(): Record<string, Handler> {
    return Object.fromEntries(
      ['zone', 'region', 'global'].flatMap((scope) => [
        [`${scope}Operations.get`, this.get],
        [`${scope}Operations.wait`, this.get],
        [`${scope}Operations.list`, this.list],
      ]),
    );
  }
}

function placeOf({ zone, region }: Readonly<Record<string, string>>): string {
  return zone !== undefined ? `zones/${zone}` : region !== undefined ? `regions/${region}` : 'global';
}
