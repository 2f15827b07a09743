import type { Communicator, DockerTarget } from '../../contract/communicator.js';
import { Engine } from '../../contract/helpers/docker/engine.js';
import { downloadDirectory, downloadFile } from './download.js';
import { interact } from './interact.js';
import { runCommand } from './run.js';
import { uploadDirectory, uploadFile } from './upload.js';

/** What the parts of this communicator share. */
export interface Container {
  readonly engine: Engine;
  readonly target: DockerTarget;
}

/** Commands and files in a container, by the API of its engine. There is no login, and nothing to close. */
export function dockerCommunicator(target: DockerTarget): Communicator {
  const container: Container = { engine: Engine.at(target.endpoint), target };
  return {
    type: 'docker',
    pipes: !target.pty && !target.windows,
    run: (command, options = {}) => runCommand(container, command, options),
    interact: (command, terminal, signal) => interact(container, command, terminal, signal),
    upload: (source, destination, options = {}) => uploadFile(container, source, destination, options),
    uploadDirectory: (source, destination, options = {}) => uploadDirectory(container, source, destination, options),
    download: (source, destination, options = {}) => downloadFile(container, source, destination, options),
    downloadDirectory: (source, destination, options = {}) =>
      downloadDirectory(container, source, destination, options),
    close: () => Promise.resolve(),
  };
}
