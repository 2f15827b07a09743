import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Communicator, TransferOptions } from '../../contract/communicator.js';
import { ImgpackError } from '../../messages/message.js';
import { readTree } from '../tar/tree.js';
import type { Connection } from './connection.js';
import { interact } from './interact.js';
import { messages } from './messages.js';
import { runCommand } from './run.js';
import { downloadByScp } from './transfer/download-scp.js';
import { downloadTree } from './transfer/download-tree.js';
import { downloadBySftp, uploadBySftp } from './transfer/sftp.js';
import { downloadTreeBySftp, uploadTreeBySftp } from './transfer/sftp-tree.js';
import { openSource, sourceFault, type UploadSource } from './transfer/source.js';
import { uploadByCat } from './transfer/upload-plain.js';
import { uploadByScp } from './transfer/upload-scp.js';
import { uploadTree } from './transfer/upload-tree.js';

/** Commands and files over a connection. `release` ends what else hangs on it. */
export function sshCommunicator(connection: Connection, release: () => Promise<void>): Communicator {
  const bySftp = connection.target.fileTransfer === 'sftp';

  async function uploadFile(source: UploadSource, destination: string, options: TransferOptions): Promise<void> {
    const open = () => openSource(source, options.mode);
    if (bySftp) return uploadBySftp(connection, await open(), destination, options);
    if (await uploadByScp(connection, await open(), destination, options)) return;
    if (await uploadByCat(connection, await open(), destination, options)) return;
    throw new ImgpackError(messages.noTransferProgram(destination));
  }

  return {
    type: 'ssh',
    pipes: !connection.target.pty,
    run: (command, options) => runCommand(connection, command, options),
    interact: (command, terminal, signal) => interact(connection, command, terminal, signal),
    upload: async (source, destination, options = {}) => {
      try {
        await uploadFile(source, destination, options);
      } catch (error) {
        if ('path' in source && isLocalFault(error)) throw sourceFault(error, source.path);
        throw error;
      }
    },
    uploadDirectory: async (source, destination, options = {}) => {
      const tree = await readTree(source).catch((error: unknown) => {
        throw sourceFault(error, source);
      });
      if (await uploadTree(connection, tree, destination, options)) return;
      await uploadTreeBySftp(connection, tree, destination, options);
    },
    download: async (source, destination, options = {}) => {
      await mkdir(dirname(destination), { recursive: true });
      if (bySftp) return downloadBySftp(connection, source, destination, options);
      if (await downloadByScp(connection, source, destination, options)) return;
      await downloadBySftp(connection, source, destination, options);
    },
    downloadDirectory: async (source, destination, options = {}) => {
      if (await downloadTree(connection, source, destination, options)) return;
      if (await downloadByScp(connection, source, destination, { ...options, recursive: true })) return;
      await downloadTreeBySftp(connection, source, destination, options);
    },
    close: async () => {
      await connection.close();
      await release();
    },
  };
}

/** Faults of files on this side come as Node throws them. */
const isLocalFault = (error: unknown): boolean =>
  !(error instanceof ImgpackError) && error instanceof Error && error.name !== 'CancelledError';
