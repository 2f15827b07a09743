import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Call, GoogleCloud } from '../emulators/google/server.js';
import type { Thing } from '../emulators/google/state/types.js';
import { imgpack, type Outcome, Workplace } from './command.js';
import { Sshd } from './sshd.js';

export const PROJECT = 'web-1';
export const ZONE = 'us-central1-a';
export const SOURCE_IMAGE = 'debian-12-bookworm-v20260101';

/** What a project holds beside what is there from the beginning. */
export interface Holdings {
  readonly images: string[];
  readonly others: string[];
}

/** A project of Google Cloud on this machine, machines that one can log in to, and a folder to build in. */
export class Google {
  private constructor(
    readonly cloud: GoogleCloud,
    readonly sshd: Sshd,
  ) {}

  static async start(): Promise<Google> {
    const google = new Google(await GoogleCloud.start(), await Sshd.start());
    google.reset();
    return google;
  }

  reset(): void {
    const { cloud } = this;
    cloud.reset();
    for (const [project, name, more] of [
      ['debian-cloud', SOURCE_IMAGE, { family: 'debian-12' }],
      [
        'windows-cloud',
        'windows-server-2025-v1',
        {
          family: 'windows-2025',
          licenses: [
            'https://www.googleapis.com/compute/v1/projects/windows-cloud/global/licenses/windows-server-2025-dc',
          ],
        },
      ],
      ['compute-image-tools', 'debian-12-worker-v1', { family: 'debian-12-worker' }],
    ] as const)
      cloud.store.put(`projects/${project}/global/images/${name}`, cloud.url, {
        kind: 'compute#image',
        status: 'READY',
        diskSizeGb: '10',
        architecture: 'X86_64',
        guestOsFeatures: [{ type: 'UEFI_COMPATIBLE' }, { type: 'VIRTIO_SCSI_MULTIQUEUE' }],
        licenses: [],
        ...more,
      });
    this.given = new Set(cloud.store.paths());
    cloud.instances.address = '127.0.0.1';
    // All machines are one SSH server, which trusts the keys in their metadata.
    cloud.instances.onRunning = (instance) => {
      cloud.instances.say(instance, 'Booting\r\nlogin: ');
      this.trust(instance);
    };
    cloud.instances.onMetadata = (instance) => this.trust(instance);
  }

  private given = new Set<string>();

  private trust(instance: Thing): void {
    const keys = metadataOf(instance, 'ssh-keys').split('\n').filter(Boolean);
    appendFileSync(
      join(this.sshd.folder, 'authorized'),
      keys.map((line) => `${line.replace(/^[^:]*:/, '')}\n`).join(''),
    );
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
    await this.sshd.stop();
  }

  environment(): Record<string, string> {
    return { GOOGLE_POLL_DELAY_SECONDS: '0.02' };
  }

  /** Options that every component needs to find the stand-in. */
  get access(): string {
    const { url } = this.cloud;
    return `access_token = "a-token"
  custom_endpoints = { compute = "${url}", oslogin = "${url}", oauth2 = "${url}", storage = "${url}", tunnel = "${url}", cloudresourcemanager = "${url}" }`;
  }

  /** A `googlecompute` template with `options` beside what every one needs. */
  template(options = '', { ssh = false, provisioners = '', name = 'made' } = {}): string {
    const login = ssh ? `ssh_username = "root"\n  ssh_port = ${this.sshd.port}` : 'communicator = "none"';
    const has = (option: string): boolean => new RegExp(`^\\s*${option}\\b`, 'm').test(options);
    const unless = (option: string, text: string): string => (has(option) ? '' : text);
    return `source "googlecompute" "a" {
  project_id = "${PROJECT}"
  zone = "${ZONE}"
  ${unless('access_token|credentials_file|credentials_json|impersonate_service_account', this.access)}
  image_name = "${name}"
  use_os_login = ${has('use_os_login') || /enable-oslogin/.test(options) ? 'null' : 'false'}
  ${login}
  ${unless('source_image(_family)?', `source_image_family = "debian-12"\n  source_image_project_id = ["debian-cloud"]`)}
  ${options}
}
build {
  sources = ["source.googlecompute.a"]
  ${provisioners}
}
`.replace('use_os_login = null', '');
  }

  /** Builds a template, and returns how the command ended. */
  async build(
    template: string,
    args: readonly string[] = [],
    place?: Workplace,
    env: Record<string, string> = {},
  ): Promise<Outcome> {
    const folder = place ?? (await Workplace.make());
    try {
      await folder.write('t.pkr.hcl', template);
      return await folder.imgpack(['build', '-color=false', ...args, 't.pkr.hcl'], {
        env: { ...this.environment(), ...env },
      });
    } finally {
      if (!place) await folder.remove();
    }
  }

  /** Starts a build in `place`; `ended` tells the signal that ended it. */
  async startBuild(template: string, place: Workplace): Promise<{ kill: () => void; ended: Promise<string | null> }> {
    await place.write('t.pkr.hcl', template);
    const child = spawn(process.execPath, [imgpack, 'build', '-color=false', 't.pkr.hcl'], {
      cwd: place.folder,
      env: place.environment(this.environment()),
      stdio: 'ignore',
    });
    const ended = once(child, 'exit').then(([, signal]) => signal as string | null);
    return { kill: () => child.kill('SIGKILL'), ended };
  }

  /** Calls that change something, by their names. */
  changes(): string[] {
    return this.cloud.calls.filter(isChange).map(({ action }) => action);
  }

  /** The body of the only call of an action. */
  request(action: string): Record<string, unknown> {
    const call = this.cloud.calls.find((it) => it.action === action);
    if (!call) throw new Error(`there is no call of ${action}`);
    return call.body;
  }

  /** What is left once everything that runs is over. */
  holdings(): Holdings {
    this.cloud.store.operations.settle();
    const made = this.cloud.store.paths().filter((path) => !this.given.has(path));
    return {
      images: made.flatMap((path) => /global\/images\/(.+)/.exec(path)?.[1] ?? []),
      others: [
        ...made.filter((path) => !path.includes('/global/images/')),
        ...[...this.cloud.others.keys].flatMap(([account, keys]) => [...keys.keys()].map((key) => `${account} ${key}`)),
      ],
    };
  }
}

export const isChange = ({ action }: Call): boolean =>
  /\.(insert|delete|deprecate|setMetadata|setLabels)$/.test(action) ||
  /^(PUT|DELETE) |^POST .*(importSshPublicKey|upload)/.test(action);

export function metadataOf(instance: Thing, key: string): string {
  const { items = [] } = (instance['metadata'] ?? {}) as { items?: { key: string; value: string }[] };
  return items.find((it) => it.key === key)?.value ?? '';
}

/** A key file of a service account that no one else knows. */
export function accountFile(tokenUri: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return JSON.stringify({
    type: 'service_account',
    project_id: PROJECT,
    private_key_id: '1',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'builder@web-1.iam.gserviceaccount.com',
    client_id: '1',
    token_uri: tokenUri,
  });
}
