import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { accessOf } from '../../../clouds/google/access.js';
import { Cloud } from '../../../clouds/google/cloud.js';
import { requestIdOf } from '../../../clouds/google/request-id.js';
import type { InstanceRequest } from '../../../clouds/google/types.js';
import { CancelledError } from '../../../src/messages/message.js';
import { said } from '../../emulators/google/said.js';
import { GoogleCloud } from '../../emulators/google/server.js';

const place = { project: 'web-1', zone: 'us-central1-a' };
const instance: InstanceRequest = {
  name: 'web',
  description: 'a machine',
  machineType: 'zones/us-central1-a/machineTypes/e2-medium',
  disks: [
    {
      type: 'PERSISTENT',
      mode: 'READ_WRITE',
      boot: true,
      autoDelete: false,
      initializeParams: { diskName: 'web', diskType: 'pd-ssd', diskSizeGb: '20', labels: { a: 'b' } },
      diskEncryptionKey: { rawKey: 'AAAA' },
    },
    { type: 'SCRATCH', interface: 'NVME', autoDelete: true, initializeParams: { diskType: 'local-ssd' } },
  ],
  networkInterfaces: [{ network: 'global/networks/default', accessConfigs: [{ name: 'n', type: 'ONE_TO_ONE_NAT' }] }],
  metadata: { items: [{ key: 'a', value: '' }] },
  labels: { x: 'y' },
  tags: { items: ['t'] },
  serviceAccounts: [{ email: 'default', scopes: ['s'] }],
  scheduling: {
    onHostMaintenance: 'TERMINATE',
    preemptible: true,
    maxRunDuration: { seconds: '86400' },
    instanceTerminationAction: 'DELETE',
    nodeAffinities: [{ key: 'k', operator: 'IN', values: ['v'] }],
  },
  guestAccelerators: [{ acceleratorType: 'gpu', acceleratorCount: 2 }],
  advancedMachineFeatures: { enableNestedVirtualization: true },
  shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: false, enableIntegrityMonitoring: false },
  reservationAffinity: { consumeReservationType: 'SPECIFIC_RESERVATION', key: 'k', values: ['v'] },
  params: { resourceManagerTags: { 'tagKeys/1': 'tagValues/2' } },
};

describe('the way to Compute Engine', () => {
  let google: GoogleCloud;
  let cloud: Cloud;
  const { signal } = new AbortController();
  const wait = { what: 'a change', limit: 20_000, signal };
  const actions = (): string[] => google.calls.map(({ action }) => action);

  beforeAll(async () => {
    process.env['GOOGLE_POLL_DELAY_SECONDS'] = '0.02';
    google = await GoogleCloud.start();
  });
  beforeEach(() => {
    google.reset();
    cloud = new Cloud(
      accessOf({ access_token: 'a-token', custom_endpoints: { compute: google.url } }, { workingDirectory: '/' }),
    );
  });
  afterAll(async () => {
    delete process.env['GOOGLE_POLL_DELAY_SECONDS'];
    await google.stop();
  });

  it('what is handed over is what arrives, with every field that imgpack sends', async () => {
    const id = requestIdOf('token');
    await cloud.change('instances.insert', { ...place, requestId: id, instanceResource: instance }, wait);
    const [call] = google.calls;
    expect(said(call?.body)).toEqual(instance);
    expect(call?.values).toMatchObject({ ...place, requestId: id });
    expect(call?.authorization).toBe('Bearer a-token');
    expect(google.violations).toEqual([]);
  });

  it.each([
    ['an unknown field', { ...instance, bogus: 1 }, 'there is no `instanceResource.bogus`'],
    ['a text that is no bool', { ...instance, canIpForward: 'no' }, '`instanceResource.canIpForward` must be bool'],
    [
      'a number that is to be text',
      { ...instance, scheduling: { maxRunDuration: { seconds: 5 } } },
      '`instanceResource.scheduling.maxRunDuration.seconds` must be a whole number as text',
    ],
    [
      'a word that is none of those to choose from',
      { ...instance, scheduling: { onHostMaintenance: 'PRAY' } },
      '`instanceResource.scheduling.onHostMaintenance` cannot be `PRAY`',
    ],
    ['no list where one has to be', { ...instance, disks: {} }, '`instanceResource.disks` must be a list'],
  ])('%s is refused before it is sent', async (_claim, wrong, fault) => {
    const sent = cloud.call('instances.insert', { ...place, instanceResource: wrong as never }, signal);
    await expect(sent).rejects.toThrow(fault);
    expect(actions()).toEqual([]);
  });

  it('a request that fails for a while is made again under its id, and carried out once', async () => {
    google.faults.push(
      { action: 'instances.insert', times: 1, error: { status: 503, reason: 'backendError' } },
      { action: 'instances.insert', times: 1, error: { status: 403, reason: 'rateLimitExceeded' } },
      { action: 'instances.insert', times: 1, lost: true },
    );
    await cloud.change('instances.insert', { ...place, instanceResource: instance }, wait);
    const ids = google.calls.flatMap(({ action, values }) =>
      action === 'instances.insert' ? [values['requestId']] : [],
    );
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(google.store.below('projects/web-1/zones/us-central1-a/instances/')).toHaveLength(1);
  });

  it.each([
    ['a quota', { error: { status: 403, reason: 'quotaExceeded' } }, /instances\.insert failed: 403 quotaExceeded/],
    [
      'an operation that fails',
      { operation: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no room' } },
      /a change failed: ZONE_RESOURCE_POOL_EXHAUSTED: no room/,
    ],
  ])('%s ends a call with what Google says', async (_claim, fault, says) => {
    google.faults.push({ action: 'instances.insert', times: 9, ...fault });
    await expect(cloud.change('instances.insert', { ...place, instanceResource: instance }, wait)).rejects.toThrow(
      says,
    );
  });

  it('operations of a zone that are waited for together are asked for in one call', async () => {
    google.store.operations.looks = Infinity;
    const names = Array.from({ length: 20 }, (_, i) => `web-${i}`);
    const made = Promise.all(
      names.map((name) =>
        cloud.change(
          'disks.insert',
          { ...place, diskResource: { name, sizeGb: '1', type: 'zones/us-central1-a/diskTypes/pd-ssd' } },
          wait,
        ),
      ),
    );
    const namesIn = ({ values }: { values: Readonly<Record<string, string>> }): number =>
      (values['filter'] ?? '').split(' OR ').length;
    const isShared = (call: Parameters<typeof namesIn>[0]): boolean => namesIn(call) === names.length;
    await vi.waitFor(() => expect(google.calls.some(isShared)).toBe(true), 20_000);
    const before = google.calls.length;
    google.store.operations.settle();
    await made;
    expect(google.calls.slice(before).filter((call) => !isShared(call))).toEqual([]);
  });

  it('a wait ends when it is cancelled', async () => {
    google.store.operations.looks = 1e9;
    const controller = new AbortController();
    const request = { ...place, diskResource: { name: 'd', sizeGb: '1', type: 'pd-ssd' } };
    const changed = cloud.change('disks.insert', request, { ...wait, signal: controller.signal });
    const started = new Promise<void>((resolve) => {
      google.faults.push({ action: 'zoneOperations.get', times: 1, arrived: resolve });
    });
    await started;
    controller.abort();
    await expect(changed).rejects.toThrow(CancelledError);
  });
});
