import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Artifact, BuildValues } from '../../../src/contract/artifact.js';
import type { BuilderContext } from '../../../src/contract/context.js';
import type { Machine } from '../../../src/contract/machine.js';
import { describeArtifact } from '../artifact.js';
import type { Config } from '../config.js';
import { diskSize, hasMonitorSocket, machineName } from '../settings.js';
import type { Disks } from './create-disks.js';
import type { Folders } from './create-output-directory.js';
import type { SourceImage } from './obtain-image.js';

type Before = Folders & Disks & SourceImage & { readonly accelerator: string; readonly machine: Machine };

/** Hands the output directory over to the user. */
export async function collectArtifact(
  { config, build, workingDirectory }: BuilderContext<Config>,
  { output, results, machine, accelerator, imageUrl }: Before,
): Promise<{ readonly artifact: Artifact }> {
  const name = machineName(config, build);
  if (hasMonitorSocket(config)) {
    const socket = config.qmp_socket_path
      ? resolve(workingDirectory, config.qmp_socket_path)
      : join(output.path, `${name}.monitor`);
    await rm(socket, { force: true });
  }
  const artifact = await describeArtifact({
    directory: output.shown,
    absoluteDirectory: output.path,
    withoutEfiVariables: config.efi_drop_efivars,
    state: {
      diskName: name,
      diskPaths: results.map((path) => join(output.shown, path.slice(output.path.length + 1))),
      diskType: config.format,
      diskSize: diskSize(config),
      domainType: accelerator,
      SourceImageURL: imageUrl,
    },
    values: connectionValues(machine),
  });
  await output.resource.keep();
  await output.before.discard();
  return { artifact };
}

/** `build.*` for post-processors: how the machine was reached. */
function connectionValues({ connection, values }: Machine): BuildValues {
  if (connection.type !== 'ssh') return { ConnType: connection.type, ...values };
  const { host, port, username, password } = connection;
  return { Host: host, Port: port, User: username, Password: password ?? '', ConnType: 'ssh', ...values };
}
