import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Moto, motoMissing } from '../emulators/amazon/moto.js';
import { AwsProxy, type Call } from '../emulators/amazon/proxy.js';
import { imgpack, type Outcome, Workplace } from './command.js';
import { Sshd } from './sshd.js';

/** Why tests of Amazon are skipped; in CI a missing emulator is a failure. */
export function amazonMissing(): string | undefined {
  const reason = motoMissing();
  if (reason !== undefined && process.env['CI']) throw new Error(reason);
  return reason;
}

/** Everything that the account holds beside what is there from the beginning. */
export interface Holdings {
  readonly images: string[];
  readonly snapshots: number;
  readonly others: string[];
}

export const SOURCE_IMAGE = 'ami-0000000000000001a';
/** The emulator counts the snapshots of its images as the account's own. */
const GIVEN_SNAPSHOTS = 4;

/** An account of AWS on this machine, machines that one can log in to, and a folder to build in. */
export class Amazon {
  private constructor(
    readonly moto: Moto,
    readonly proxy: AwsProxy,
    readonly sshd: Sshd,
  ) {}

  static async start(): Promise<Amazon> {
    const moto = await Moto.start();
    const proxy = await AwsProxy.start(moto);
    const amazon = new Amazon(moto, proxy, await Sshd.start());
    await amazon.reset();
    return amazon;
  }

  async reset(): Promise<void> {
    await this.proxy.reset();
    // All machines are one SSH server, which trusts the key pairs of the account.
    this.proxy.after = async ({ action, region }) => {
      if (action !== 'CreateKeyPair') return;
      const pairs = await this.moto.ec2('DescribeKeyPairs', { IncludePublicKey: 'true' }, region);
      const keys = [...pairs.matchAll(/<publicKey>([^<]+)<\/publicKey>/g)].map(([, key]) => `${(key ?? '').trim()}\n`);
      await appendFile(join(this.sshd.folder, 'authorized'), keys.join(''));
    };
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.moto.stop();
    await this.sshd.stop();
  }

  environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.proxy.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_POLL_DELAY_SECONDS: '0.05',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Builds a template with one source, and returns how the command ended. */
  async build(template: string, args: readonly string[] = [], place?: Workplace): Promise<Outcome> {
    const folder = place ?? (await Workplace.make());
    try {
      await folder.write('t.pkr.hcl', template);
      return await folder.imgpack(['build', '-color=false', ...args, 't.pkr.hcl'], { env: this.environment() });
    } finally {
      if (!place) await folder.remove();
    }
  }

  /** The policy that `doctor` prints for a template. */
  async policy(wanted: { readonly options: string; readonly ssh?: boolean }): Promise<string> {
    const place = await Workplace.make({ 't.pkr.hcl': this.template(wanted.options, wanted) });
    try {
      const { stdout, stderr, exitCode } = await place.imgpack(['doctor', '-aws=t.pkr.hcl'], {
        env: this.environment(),
      });
      if (exitCode !== 0) throw new Error(stdout + stderr);
      return stdout;
    } finally {
      await place.remove();
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

  /** An `amazon-ebs` template with `options` beside what every one needs. */
  template(options = '', { ssh = false, provisioners = '' } = {}): string {
    const login = ssh
      ? `ssh_username = "root"\n  ssh_host = "127.0.0.1"\n  ssh_port = ${this.sshd.port}`
      : 'communicator = "none"';
    const base = /^\s*(source_ami|source_ami_filter)\b/m.test(options) ? '' : `source_ami = "${SOURCE_IMAGE}"`;
    const type = /^\s*(instance_type|spot_instance_types)\b/m.test(options) ? '' : 'instance_type = "t2.micro"';
    return `source "amazon-ebs" "a" {
  region = "us-east-1"
  custom_endpoint_ec2 = "${this.proxy.url}"
  skip_region_validation = true
  ami_name = "made"
  ${login}
  ${base}
  ${type}
  ${options}
}
build {
  sources = ["source.amazon-ebs.a"]
  ${provisioners}
}
`;
  }

  /** Calls that change something, by their names. */
  changes(): string[] {
    return this.proxy.calls.filter(isChange).map(({ action }) => action);
  }

  /** The parameters of the only call of an action, without what is made up anew each time. */
  request(action: string): Record<string, string> {
    const found = this.proxy.calls.filter((call) => call.action === action);
    const [call] = found;
    if (!call) throw new Error(`there is no call of ${action}`);
    const { Action: _action, Version: _version, ClientToken: _token, ...rest } = call.parameters;
    return rest;
  }

  /** Calls a service that speaks JSON, past the proxy. */
  async call(service: string, target: string, input: object): Promise<void> {
    const scope = `test/20250101/us-east-1/${service}/aws4_request`;
    const response = await fetch(this.moto.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': target,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  async holdings(region = 'us-east-1'): Promise<Holdings> {
    const ask = (action: string, parameters: Record<string, string> = {}) => this.moto.ec2(action, parameters, region);
    const [images, snapshots, instances, keys, groups, templates, volumes] = await Promise.all([
      ask('DescribeImages', { 'Owner.1': 'self' }),
      ask('DescribeSnapshots', { 'Owner.1': 'self' }),
      ask('DescribeInstances', {
        'Filter.1.Name': 'instance-state-name',
        'Filter.1.Value.1': 'pending',
        'Filter.1.Value.2': 'running',
        'Filter.1.Value.3': 'stopping',
        'Filter.1.Value.4': 'stopped',
      }),
      ask('DescribeKeyPairs'),
      ask('DescribeSecurityGroups'),
      ask('DescribeLaunchTemplates'),
      ask('DescribeVolumes'),
    ]);
    const all = (text: string, tag: string): string[] =>
      [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, value]) => value ?? '');
    const pick = (text: string, pattern: RegExp): string[] =>
      [...text.matchAll(pattern)].map(([, value]) => value ?? '');
    return {
      images: pick(images, /<name>([^<]*)<\/name>/g).sort(),
      snapshots: all(snapshots, 'snapshotId').length - GIVEN_SNAPSHOTS,
      others: [
        ...all(instances, 'instanceId'),
        ...all(keys, 'keyName'),
        ...all(groups, 'groupName').filter((name) => name.startsWith('packer_')),
        ...all(templates, 'launchTemplateName'),
        ...all(volumes, 'volumeId').filter((id) => id.startsWith('vol-')),
      ],
    };
  }
}

const isChange = ({ action }: Call): boolean => !/^(Describe|Get|List)/.test(action);
