import type { ContainerSpec, HostConfig } from '../../src/contract/helpers/docker/types.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

/** A container as `docker run ARGUMENTS` would make it. */
export interface RunArguments {
  readonly spec: ContainerSpec & { HostConfig: HostConfig };
  readonly name?: string;
}

type Apply = (result: { spec: ContainerSpec & { HostConfig: HostConfig }; name?: string }, value: string) => void;

const SWITCHES: Readonly<Record<string, Apply>> = {
  d: () => undefined,
  detach: () => undefined,
  i: ({ spec }) => (spec.OpenStdin = true),
  interactive: ({ spec }) => (spec.OpenStdin = true),
  t: ({ spec }) => (spec.Tty = true),
  tty: ({ spec }) => (spec.Tty = true),
  privileged: ({ spec }) => (spec.HostConfig.Privileged = true),
  init: ({ spec }) => (spec.HostConfig.Init = true),
  'read-only': ({ spec }) => (spec.HostConfig.ReadonlyRootfs = true),
};

const push = (list: string[] | undefined, value: string): string[] => [...(list ?? []), value];

const VALUES: Readonly<Record<string, Apply>> = {
  entrypoint: ({ spec }, value) => (spec.Entrypoint = value === '' ? [''] : [value]),
  env: ({ spec }, value) => (spec.Env = push(spec.Env, value)),
  user: ({ spec }, value) => (spec.User = value),
  workdir: ({ spec }, value) => (spec.WorkingDir = value),
  hostname: ({ spec }, value) => (spec.Hostname = value),
  label: ({ spec }, value) => {
    const [name = '', ...rest] = value.split('=');
    spec.Labels = { ...spec.Labels, [name]: rest.join('=') };
  },
  name: (result, value) => (result.name = value),
  network: ({ spec }, value) => (spec.HostConfig.NetworkMode = value),
  volume: ({ spec }, value) => (spec.HostConfig.Binds = push(spec.HostConfig.Binds, value)),
  'volumes-from': ({ spec }, value) => (spec.HostConfig.VolumesFrom = push(spec.HostConfig.VolumesFrom, value)),
  tmpfs: ({ spec }, value) => (spec.HostConfig.Tmpfs = { ...spec.HostConfig.Tmpfs, ...tmpfs(value) }),
  device: ({ spec }, value) => (spec.HostConfig.Devices = [...(spec.HostConfig.Devices ?? []), device(value)]),
  'cap-add': ({ spec }, value) => (spec.HostConfig.CapAdd = push(spec.HostConfig.CapAdd, value)),
  'cap-drop': ({ spec }, value) => (spec.HostConfig.CapDrop = push(spec.HostConfig.CapDrop, value)),
  'security-opt': ({ spec }, value) => (spec.HostConfig.SecurityOpt = push(spec.HostConfig.SecurityOpt, value)),
  'add-host': ({ spec }, value) => (spec.HostConfig.ExtraHosts = push(spec.HostConfig.ExtraHosts, value)),
  dns: ({ spec }, value) => (spec.HostConfig.Dns = push(spec.HostConfig.Dns, value)),
  runtime: ({ spec }, value) => (spec.HostConfig.Runtime = value),
  pid: ({ spec }, value) => (spec.HostConfig.PidMode = value),
  ipc: ({ spec }, value) => (spec.HostConfig.IpcMode = value),
  cgroupns: ({ spec }, value) => (spec.HostConfig.CgroupnsMode = value),
};

const SHORT: Readonly<Record<string, string>> = {
  e: 'env',
  u: 'user',
  w: 'workdir',
  h: 'hostname',
  l: 'label',
  v: 'volume',
};
const OTHER_NAMES: Readonly<Record<string, string>> = { net: 'network' };

/**
 * Reads the arguments of `docker run`.
 * @throws ImgpackError `docker-builder/argument-unknown`, `…/argument-empty`, `…/no-image-in-command`
 */
export function parseRunArguments(args: readonly string[]): RunArguments {
  const result: Parameters<Apply>[0] = { spec: { Image: '', HostConfig: {} } };
  let at = 0;
  for (; at < args.length; at++) {
    const argument = args[at] as string;
    if (argument === '--') {
      at++;
      break;
    }
    if (!argument.startsWith('-') || argument === '-') break;
    if (argument.startsWith('--')) {
      const [given = '', ...rest] = argument.slice(2).split('=');
      const name = OTHER_NAMES[given] ?? given;
      const written = rest.length > 0 ? rest.join('=') : undefined;
      if (SWITCHES[name]) {
        if (written !== 'false') SWITCHES[name](result, '');
        continue;
      }
      const apply = VALUES[name] ?? unknown(argument);
      apply(result, written ?? args[++at] ?? empty(argument));
      continue;
    }
    for (let i = 1; i < argument.length; i++) {
      const letter = argument[i] as string;
      if (SWITCHES[letter]) {
        SWITCHES[letter](result, '');
        continue;
      }
      const apply = VALUES[SHORT[letter] ?? ''] ?? unknown(argument);
      const rest = argument.slice(i + 1).replace(/^=/, '');
      apply(result, rest || (args[++at] ?? empty(argument)));
      break;
    }
  }
  const [image, ...command] = args.slice(at);
  if (!image) throw new ImgpackError(messages.noImageInCommand());
  result.spec.Image = image;
  if (command.length > 0) result.spec.Cmd = command;
  return result;
}

const unknown = (argument: string): never => {
  throw new ImgpackError(messages.argumentUnknown(argument));
};
const empty = (argument: string): never => {
  throw new ImgpackError(messages.argumentEmpty(argument));
};

/** `PATH[:OPTIONS]` */
export function tmpfs(value: string): Record<string, string> {
  const [path = '', options = ''] = value.split(':');
  return { [path]: options };
}

/** `HOST[:CONTAINER[:PERMISSIONS]]` */
export function device(value: string): NonNullable<HostConfig['Devices']>[number] {
  const [host = '', second, third] = value.split(':');
  const isPermissions = second !== undefined && third === undefined && /^[rwm]{1,3}$/.test(second);
  return {
    PathOnHost: host,
    PathInContainer: isPermissions ? host : (second ?? host),
    CgroupPermissions: isPermissions ? second : (third ?? 'rwm'),
  };
}
