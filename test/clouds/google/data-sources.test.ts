import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { crc32c } from '../../../clouds/google/crc32c.js';
import { loginName } from '../../../clouds/google/steps/make-login.js';
import { runDataSource } from '../../support/run-data-source.js';
import { GoogleCloud } from '../../emulators/google/server.js';

describe('data sources of Google', () => {
  let google: GoogleCloud;
  beforeAll(async () => {
    process.env['GCE_METADATA_HOST'] = '127.0.0.1';
    google = await GoogleCloud.start();
    process.env['GCE_METADATA_HOST'] = `127.0.0.1:${google.port}`;
  });
  beforeEach(() => google.reset());
  afterAll(async () => {
    delete process.env['GCE_METADATA_HOST'];
    await google.stop();
  });
  const run = (type: string, options: object) => runDataSource(google, type, { project_id: 'web-1', ...options });

  it('googlecompute-image finds the newest image with the credentials of the machine', async () => {
    for (const [name, creationTimestamp] of [
      ['web-1', '2026-01-01T00:00:00.000-08:00'],
      ['web-2', '2026-01-02T00:00:00.000-08:00'],
    ])
      google.store.put(`projects/web-1/global/images/${name}`, google.url, {
        creationTimestamp,
        status: 'READY',
        family: 'web',
        labels: { a: 'b' },
      });
    const filters = 'family = web';
    expect(await run('googlecompute-image', { filters, most_recent: true })).toMatchObject({
      name: 'web-2',
      creation_date: '2026-01-02T00:00:00.000-08:00',
      labels: { a: 'b' },
    });
    expect(google.calls.find(({ action }) => action === 'images.list')?.authorization).toBe('Bearer of-the-machine');
    await expect(run('googlecompute-image', { filters })).rejects.toThrow('2 images match');
    await expect(run('googlecompute-image', { filters: 'family = none' })).rejects.toThrow('no image matches');
  });

  it('googlecompute-secretsmanager reads a secret and holds it against its checksum', async () => {
    const data = '{"user":"me","port":5432}';
    const name = 'projects/web-1/secrets/login/versions/latest';
    const crc = crc32c(Buffer.from(data));
    google.others.secrets.set(name, { data, crc: String(crc) });
    const read = () => run('googlecompute-secretsmanager', { name: 'login', key: 'port' });
    expect(await read()).toEqual({ payload: data, value: '5432', checksum: crc });
    google.others.secrets.set(name, { data, crc: '1' });
    await expect(read()).rejects.toThrow('was damaged on its way');
  });

  it('googlecompute-parametermanager renders a parameter, and picks a field of YAML', async () => {
    google.others.parameters.set('projects/web-1/locations/global/parameters/p', { format: 'YAML', payload: 'a: b\n' });
    const read = (key: string) => run('googlecompute-parametermanager', { name: 'p', version: '1', key });
    expect(await read('a')).toEqual({ payload: 'a: b\n', value: 'b' });
    await expect(read('z')).rejects.toThrow('it has no field `z`');
  });

  it('the checksum is that of RFC 3720', () => {
    expect([crc32c(Buffer.from('123456789')), crc32c(Buffer.alloc(32))]).toEqual([0xe3069283, 0x8a9136aa]);
  });

  it.each([
    [undefined, 'sa_1', 'sa_1'],
    ['__auto__', 'me', 'me'],
    ['__external__', 'me', 'ext_me'],
    ['__external__', 'sa_1', 'sa_1'],
    ['root', 'me', 'root'],
    ['x'.repeat(40), 'me', 'x'.repeat(32)],
  ])('of the login name %s and the profile %s comes %s', (wanted, name, expected) => {
    expect(loginName(wanted, name)).toBe(expected);
  });
});
