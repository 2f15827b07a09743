import { resolve } from 'node:path';
import type { DockerTarget } from '../../../src/contract/communicator.js';
import type { BuilderContext } from '../../../src/contract/context.js';
import { containerKind, containerName, imageKind, imageReference } from '../../../src/contract/helpers/docker/kinds.js';
import type { Machine } from '../../../src/contract/machine.js';
import { sshTargetFrom } from '../../../src/contract/options/communicator.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import { device, parseRunArguments, tmpfs, type RunArguments } from '../run-arguments.js';
import type { Base } from './find-image.js';

export interface Running {
  /** Id of the container. */
  readonly container: string;
  readonly machine: Machine;
}

/** Runs the container, and makes a machine of it. */
export async function runContainer(context: BuilderContext<Config>, base: Base): Promise<Running> {
  const { config, signal, resources } = context;
  const { engine } = base;
  const { spec, name } = specFor(context, base.start);
  context.say('Starting docker container...');
  const { value: id } = await resources.create(containerKind, { endpoint: engine.endpoint }, async (token) => {
    const value = await engine.createContainer(containerName(token), spec, config.platform, signal);
    return { value, data: value };
  });
  if (name !== undefined) await engine.renameContainer(id, name);
  await engine.startContainer(id);
  const { State } = await engine.container(id);
  if (!State.Running) throw new ImgpackError(messages.ended(State.ExitCode));
  context.say(`Container ID: ${id}`);
  return { container: id, machine: await machineOf(context, base, id) };
}

function specFor({ config, env, workingDirectory, render }: BuilderContext<Config>, image: string): RunArguments {
  const shell = config.windows_container ? 'powershell' : '/bin/sh';
  const given = config.run_command.map((argument) => render(argument, { Image: image }));
  const args = given.length > 0 ? given : ['-d', '-i', '-t', `--entrypoint=${shell}`, '--', image];
  const { spec, name } = parseRunArguments(args);
  const host = spec.HostConfig;
  const volumes = Object.entries(config.volumes).map(([from, to]) => {
    const path = from.startsWith('~/') ? `${env['HOME'] ?? ''}${from.slice(1)}` : from;
    return `${/^[./]/.test(path) ? resolve(workingDirectory, path) : path}:${to}`;
  });
  if (volumes.length > 0) host.Binds = [...(host.Binds ?? []), ...volumes];
  if (config.cap_add.length > 0) host.CapAdd = [...(host.CapAdd ?? []), ...config.cap_add];
  if (config.cap_drop.length > 0) host.CapDrop = [...(host.CapDrop ?? []), ...config.cap_drop];
  if (config.device.length > 0) host.Devices = [...(host.Devices ?? []), ...config.device.map(device)];
  for (const entry of config.tmpfs) host.Tmpfs = { ...host.Tmpfs, ...tmpfs(entry) };
  if (config.privileged) host.Privileged = true;
  if (config.runtime) host.Runtime = config.runtime;
  return { spec, ...(name !== undefined && { name }) };
}

async function machineOf(context: BuilderContext<Config>, { engine, source }: Base, id: string): Promise<Machine> {
  const values = {
    ID: id,
    SourceImageDigest: source.RepoDigests?.[0] ?? '',
    ImageSha256: 'ERR_IMAGE_SHA256_NOT_FOUND',
  };
  return {
    connection: await connectionOf(context, engine, id),
    values,
    handle: { container: id },
    async checkpoint() {
      const args = { endpoint: engine.endpoint, container: id };
      const image = await context.resources.create(imageKind, args, async () => {
        const value = await engine.commit(id, { signal: context.signal });
        return { value, data: value };
      });
      await image.keep();
      return {
        data: { image: image.value, source: source.Id },
        remove: [imageReference(engine.endpoint, image.value)],
      };
    },
  };
}

async function connectionOf(
  context: BuilderContext<Config>,
  engine: Base['engine'],
  id: string,
): Promise<Machine['connection']> {
  const { config } = context;
  if (config.communicator === 'none') return { type: 'none' };
  if (config.communicator === 'ssh') {
    const { NetworkSettings } = await engine.container(id);
    const networks = Object.values(NetworkSettings?.Networks ?? {});
    const host = NetworkSettings?.IPAddress || networks.find(({ IPAddress }) => IPAddress)?.IPAddress;
    if (!host && !config.ssh_host) throw new ImgpackError(messages.noAddress());
    return sshTargetFrom({ ...config, communicator: 'ssh' }, { ...(host && { host }) }, context);
  }
  const target: DockerTarget = {
    type: 'docker',
    endpoint: engine.endpoint,
    container: () => id,
    ...(config.exec_user && { execUser: config.exec_user }),
    pty: config.pty,
    fixOwner: config.fix_upload_owner,
    windows: config.windows_container || config.communicator === 'dockerWindowsContainer',
  };
  return target;
}
