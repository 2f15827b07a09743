import { join, posix } from 'node:path';
import { mkdir } from 'node:fs/promises';
import type { TransferOptions } from '../../../contract/communicator.js';
import { ImgpackError } from '../../../messages/message.js';
import type { Tree } from '../../tar/tree.js';
import type { Connection } from '../connection.js';
import { messages } from '../messages.js';
import { reasonOf } from '../reason.js';
import { downloadBySftp, uploadBySftp } from './sftp.js';
import { openSource } from './source.js';

/** Sends a tree file by file, for machines that have neither `tar` nor `sh`. */
export async function uploadTreeBySftp(
  connection: Connection,
  tree: Tree,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  const sftp = await connection.sftp();
  const make = (path: string, mode: number) =>
    new Promise<void>((resolve, reject) => {
      sftp.mkdir(path, { mode }, (fault) => {
        if (!fault) return resolve();
        // The protocol has no code for "exists"; a folder that is there is as good as a new one.
        sftp.stat(path, (missing, stats) => {
          if (!missing && stats.isDirectory()) resolve();
          else reject(new ImgpackError(messages.uploadFailed(path, reasonOf(fault)), { cause: fault }));
        });
      });
    });
  try {
    await make(destination, 0o755);
    for (const { name, mode } of tree.directories) await make(posix.join(destination, name.toString()), mode);
  } finally {
    sftp.end();
  }
  let before = 0;
  for (const { name, path } of tree.files) {
    const source = await openSource({ path: path.toString() }, undefined);
    const onProgress = (bytes: number) => options.onProgress?.(before + bytes);
    await uploadBySftp(connection, source, posix.join(destination, name.toString()), { ...options, onProgress });
    before += source.size;
  }
}

/** Fetches what is in a folder file by file; links are followed. */
export async function downloadTreeBySftp(
  connection: Connection,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  const sftp = await connection.sftp();
  const files: { readonly from: string; readonly to: string }[] = [];
  const list = (path: string) =>
    new Promise<string[]>((resolve, reject) => {
      sftp.readdir(path, (fault, entries) => {
        if (fault) reject(new ImgpackError(messages.downloadFailed(path, reasonOf(fault)), { cause: fault }));
        else resolve(entries.map(({ filename }) => filename).filter((name) => name !== '.' && name !== '..'));
      });
    });
  const isFolder = (path: string) =>
    new Promise<boolean>((resolve) => sftp.stat(path, (fault, stats) => resolve(!fault && stats.isDirectory())));
  const visit = async (from: string, to: string, depth: number): Promise<void> => {
    await mkdir(to, { recursive: true });
    for (const name of await list(from)) {
      const inside = { from: posix.join(from, name), to: join(to, name) };
      if (depth < 64 && (await isFolder(inside.from))) await visit(inside.from, inside.to, depth + 1);
      else files.push(inside);
    }
  };
  try {
    await visit(source, destination, 0);
  } finally {
    sftp.end();
  }
  for (const { from, to } of files) await downloadBySftp(connection, from, to, options);
}
