import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TlsFront } from '../emulators/google/tls-front.js';
import { Workplace } from '../support/command.js';
import { accountFile, Google, PROJECT, SOURCE_IMAGE, ZONE } from '../support/google.js';

function version(program: string): string {
  try {
    return execFileSync(program, ['version'], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
const gcloud = version('gcloud').includes('Google Cloud SDK');
const packer = version('/usr/bin/packer').includes('v1.6.6');
if (!packer && process.env['CI']) throw new Error('Packer 1.6.6 is not installed');

describe('the stand-in of Compute Engine is used to the end by clients that are not ours', () => {
  let google: Google;
  let place: Workplace;
  beforeAll(async () => {
    google = await Google.start();
  });
  beforeEach(async () => {
    google.reset();
    place = await Workplace.make();
  });
  afterEach(async () => {
    await place.remove();
    expect(google.cloud.violations).toEqual([]);
  });
  afterAll(() => google.stop());

  it.skipIf(!gcloud)(
    `gcloud makes a machine and an image of its disk${gcloud ? '' : ' (SKIPPED: not installed)'}`,
    async () => {
      const run = async (...args: string[]): Promise<string> => {
        const outcome = await place.command('gcloud', args, {
          env: {
            CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${google.cloud.url}/compute/v1/`,
            CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
            CLOUDSDK_CORE_PROJECT: PROJECT,
            CLOUDSDK_CONFIG: place.folder,
            CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
          },
        });
        expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
        return outcome.stdout;
      };
      const zone = `--zone=${ZONE}`;
      await run(
        'compute',
        'instances',
        'create',
        'web',
        zone,
        `--image=${SOURCE_IMAGE}`,
        '--image-project=debian-cloud',
        '--machine-type=e2-medium',
        '--no-boot-disk-auto-delete',
      );
      await run('compute', 'instances', 'delete', 'web', zone);
      await run(
        'compute',
        'images',
        'create',
        'golden',
        '--source-disk=web',
        `--source-disk-zone=${ZONE}`,
        '--family=web',
      );
      await run('compute', 'disks', 'delete', 'web', zone);
      expect(await run('compute', 'images', 'describe-from-family', 'web', '--format=value(name,status)')).toBe(
        'golden\tREADY\n',
      );
      await run('compute', 'images', 'deprecate', 'golden', '--state=DEPRECATED');
      expect(google.holdings()).toEqual({ images: ['golden'], others: [] });
    },
  );

  it.skipIf(!packer)(`Packer 1.6.6 builds an image over SSH${packer ? '' : ' (SKIPPED: not installed)'}`, async () => {
    const front = await TlsFront.start(google.cloud, place.folder);
    try {
      const template = `source "googlecompute" "a" {
  account_file = "${await account()}"
  project_id = "${PROJECT}"
  zone = "${ZONE}"
  source_image = "${SOURCE_IMAGE}"
  source_image_project_id = ["debian-cloud"]
  image_name = "made"
  image_family = "web"
  ssh_username = "root"
  ssh_port = ${google.sshd.port}
  state_timeout = "1m"
}
build {
  sources = ["source.googlecompute.a"]
  provisioner "shell" { inline = ["echo it runs"] }
}
`;
      await place.write('t.pkr.hcl', template);
      const outcome = await place.command('/usr/bin/packer', ['build', 't.pkr.hcl'], {
        env: { HTTPS_PROXY: front.url, SSL_CERT_FILE: front.authority, NO_PROXY: '127.0.0.1', CHECKPOINT_DISABLE: '1' },
      });
      expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0);
      expect(outcome.stdout).toContain('it runs');
      expect(google.changes()).toEqual(['instances.insert', 'instances.delete', 'images.insert', 'disks.delete']);
      expect(google.holdings()).toEqual({ images: ['made'], others: [] });
    } finally {
      await front.stop();
    }
  });

  async function account(): Promise<string> {
    await place.write('account.json', accountFile(`${google.cloud.url}/token`));
    return `${place.folder}/account.json`;
  }
});

it('the stand-in refuses what Compute Engine does not know', async () => {
  const google = await Google.start();
  try {
    const call = async (path: string, body: object): Promise<string> => {
      const answer = await fetch(`${google.cloud.url}/compute/v1/projects/${PROJECT}/${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      const { error } = (await answer.json()) as { error: { code: number; message: string } };
      return `${error.code} ${error.message}`;
    };
    expect([
      await call('global/images', { name: 'a', bogus: 1 }),
      await call('global/images', { name: 'a', architecture: 'VAX', family: 7, labels: [], licenses: 'x' }),
      await call('global/images?requestID=1', { name: 'a' }),
      await call('global/images?requestId=1', { name: 'a', sourceDisk: 'zones/z/disks/d' }),
      await call('global/images', { name: 'Capital', rawDisk: { source: 'x' } }),
      await call(`zones/${ZONE}/instances`, { name: 'a' }),
      await call('global/pictures', {}),
    ]).toEqual([
      '400 unknown field bogus',
      '400 architecture cannot be "VAX"; family is no string: 7; labels is no map; licenses is no list',
      '400 there is no parameter requestID',
      "400 Invalid value for field 'requestId': '1'",
      "400 Invalid value for field 'resource.name': 'Capital'",
      "400 Invalid value for field 'resource.machineType': ''",
      '404 no such call: POST /compute/v1/projects/web-1/global/pictures',
    ]);
  } finally {
    await google.stop();
  }
});
