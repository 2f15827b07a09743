import type { Artifact, BuildValues } from '../contract/artifact.js';
import { COMMON_BUILD_KEYS, UNKNOWN_TEXT } from '../contract/build-keys.js';
import type { ConnectionTarget } from '../contract/communicator.js';
import type { Machine } from '../contract/machine.js';
import type { BuilderDefinition } from '../contract/plugin.js';

const placeholders = (builder: BuilderDefinition): Record<string, string> =>
  Object.fromEntries([...COMMON_BUILD_KEYS, ...(builder.buildValues ?? [])].map((key) => [key, UNKNOWN_TEXT]));

/**
 * Values for provisioners, as Packer fills them: a builder without a machine to speak of knows none; one without a
 * communicator knows its id and the run, and nothing of the connection.
 */
export function provisionerValues(
  builder: BuilderDefinition,
  machine: Machine,
  connectionType: string,
  runId: string,
): BuildValues {
  if (machine.connection.type === 'none' && machine.values === undefined) return placeholders(builder);
  return {
    ...placeholders(builder),
    ID: 'ERR_ID_NOT_IMPLEMENTED_BY_BUILDER',
    PackerRunUUID: runId,
    PackerHTTPIP: 'ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER',
    PackerHTTPPort: 'ERR_HTTP_PORT_NOT_IMPLEMENTED_BY_BUILDER',
    PackerHTTPAddr: 'ERR_HTTP_ADDR_NOT_IMPLEMENTED_BY_BUILDER',
    ...connectionValues(machine.connection, connectionType),
    ...machine.values,
  };
}

function connectionValues(target: ConnectionTarget, connectionType: string): Record<string, string | number> {
  const empty = { Host: '', Port: 0, User: '', Password: '', SSHPublicKey: '', SSHPrivateKey: '', WinRMPassword: '' };
  switch (target.type) {
    case 'none':
      return {};
    case 'custom':
      return { ...empty, ConnType: connectionType };
    case 'docker':
      return { ...empty, ConnType: target.windows ? 'dockerWindowsContainer' : 'docker' };
    case 'ssh':
      return {
        ...empty,
        ConnType: 'ssh',
        Host: target.host,
        Port: target.port,
        User: target.username,
        Password: target.password ?? '',
        SSHPrivateKey: target.privateKeys[0] ?? '',
      };
  }
}

/** Values for post-processors: those that their input artifact carries, and placeholders for the rest. */
export const postProcessorValues = (builder: BuilderDefinition, artifact: Artifact): BuildValues => ({
  ...placeholders(builder),
  ...artifact.values,
});
