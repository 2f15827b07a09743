import { invalid, Refusal } from '../refusal.js';
import { nameIn, pathOf, type Store } from './store.js';
import type { Asked, Handler, Thing } from './types.js';

/** Disks in a zone and in a region. */
export function diskHandlers(store: Store): Record<string, Handler> {
  return { ...handlersOf(store, 'disks', 'zone'), ...handlersOf(store, 'regionDisks', 'region') };
}

function handlersOf(store: Store, service: string, scope: 'zone' | 'region'): Record<string, Handler> {
  const folder = ({ values }: Asked): string => `projects/${values['project']}/${scope}s/${values[scope]}/disks`;
  const get = (asked: Asked): Thing => store.get(`${folder(asked)}/${asked.values['disk']}`);
  return {
    [`${service}.get`]: get,
    [`${service}.insert`]: (asked) => {
      const { body } = asked;
      const image = body['sourceImage'];
      if (body['sizeGb'] === undefined && image === undefined) throw invalid('The disk needs a size or a source');
      if (typeof image === 'string') store.get(pathOf(image, asked.values['project'] ?? ''));
      if (scope === 'region' && !Array.isArray(body['replicaZones'])) throw invalid('A regional disk needs zones');
      const path = `${folder(asked)}/${nameIn(asked)}`;
      const disk = store.put(path, asked.base, { kind: 'compute#disk', ...body, status: 'CREATING', users: [] });
      return store.operations.start(
        asked,
        'insert',
        disk,
        () => (disk['status'] = 'READY'),
        () => store.remove(path),
      );
    },
    [`${service}.delete`]: (asked) => {
      const disk = get(asked);
      if ((disk['users'] as string[]).length > 0)
        throw new Refusal(400, 'resourceInUseByAnotherResource', `The disk '${disk.selfLink}' is in use`);
      const path = `${folder(asked)}/${disk.name}`;
      return store.operations.start(
        asked,
        'delete',
        disk,
        () => store.remove(path),
        () => undefined,
      );
    },
  };
}
