import { invalid, notFound, Refusal } from '../refusal.js';
import { nameIn, pathOf, type Store } from './store.js';
import type { Handler, Thing } from './types.js';

const where = (project: string | undefined): string => `projects/${project}/global/images`;

/** Images, their families and their deprecation. */
export function imageHandlers(store: Store): Record<string, Handler> {
  const get: Handler = ({ values }) => store.get(`${where(values['project'])}/${values['image']}`);
  return {
    'images.get': get,
    'images.getFromFamily': ({ values }) => {
      const members = store
        .below(`${where(values['project'])}/`)
        .filter((it) => it['family'] === values['family'] && !isDeprecated(it) && it['status'] === 'READY');
      const newest = members.sort((a, b) =>
        String(a['creationTimestamp']) < String(b['creationTimestamp']) ? 1 : -1,
      )[0];
      if (!newest) throw notFound(`${where(values['project'])}/family/${values['family']}`);
      return newest;
    },
    'images.list': ({ values }) => {
      const items = store.below(`${where(values['project'])}/`).filter((it) => matches(it, values['filter']));
      return { kind: 'compute#imageList', id: where(values['project']), items };
    },
    'images.insert': (asked) => {
      const { project = '' } = asked.values;
      const { body } = asked;
      const disk = typeof body['sourceDisk'] === 'string' ? store.get(pathOf(body['sourceDisk'], project)) : undefined;
      const raw = (body['rawDisk'] as { source?: string } | undefined)?.source;
      if (!disk && !raw) throw invalid('The image needs a source');
      if (disk && asArray(disk['users']).length > 0 && asked.values['forceCreate'] !== 'true')
        throw new Refusal(400, 'resourceInUseByAnotherResource', `The disk '${disk.selfLink}' is in use`);
      const path = `${where(project)}/${nameIn(asked)}`;
      const image = store.put(path, asked.base, {
        kind: 'compute#image',
        architecture: 'X86_64',
        ...(disk && { diskSizeGb: disk['sizeGb'], licenses: disk['licenses'] }),
        ...body,
        status: 'PENDING',
      });
      return store.operations.start(
        asked,
        'insert',
        image,
        () => (image['status'] = 'READY'),
        () => store.remove(path),
      );
    },
    'images.delete': (asked) => {
      const image = get(asked) as Thing;
      const path = `${where(asked.values['project'])}/${image.name}`;
      return store.operations.start(
        asked,
        'delete',
        image,
        () => store.remove(path),
        () => undefined,
      );
    },
    'images.deprecate': (asked) => {
      const image = get(asked) as Thing;
      for (const field of ['deprecated', 'obsolete', 'deleted']) {
        const time = asked.body[field];
        if (time !== undefined && Number.isNaN(Date.parse(String(time))))
          throw invalid(`Invalid value for field '${field}'`);
      }
      return store.operations.start(
        asked,
        'deprecate',
        image,
        () => (image['deprecated'] = asked.body),
        () => undefined,
      );
    },
    'images.testIamPermissions': ({ body }) => ({ permissions: body['permissions'] }),
  };
}

const isDeprecated = (image: Thing): boolean =>
  !['ACTIVE', undefined].includes((image['deprecated'] as { state?: string } | undefined)?.state);

const asArray = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Filters of the form `name = x` and `labels.k:v`, joined by AND, with `*` at the end of a word. */
function matches(thing: Thing, filter: string | undefined): boolean {
  return (filter ?? '').split(/\s+AND\s+/).every((term) => {
    const [, path = '', operator = '', wanted = ''] =
      /^\(?\s*([\w.]+)\s*(=|!=|:|eq)\s*"?([^")]*)"?\s*\)?$/.exec(term) ?? [];
    if (path === '') return term.trim() === '';
    const found = path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], thing);
    const same = wanted.endsWith('*') ? String(found).startsWith(wanted.slice(0, -1)) : String(found) === wanted;
    return operator === '!=' ? !same : same;
  });
}
