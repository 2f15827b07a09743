import { posix } from 'node:path';
import { PassThrough } from 'node:stream';
import type { TransferOptions } from '../../../contract/communicator.js';
import { ImgpackError } from '../../../messages/message.js';
import { TarError } from '../../tar/reader.js';
import { unpack } from '../../tar/unpack.js';
import type { Connection } from '../connection.js';
import { messages } from '../messages.js';
import { inShell, isPattern, quote, quotePath, quotePattern } from '../quote.js';
import { reasonOf } from '../reason.js';
import { discard, explain, startTransfer, type TransferSession } from './session.js';
import { READY } from './upload-tree.js';

const MARK = Buffer.from(`${READY}\n`);

/**
 * Fetches a folder as one tar archive; links are followed.
 * @returns false where the machine has no `sh` or no `tar`
 */
export async function downloadTree(
  connection: Connection,
  source: string,
  destination: string,
  options: TransferOptions,
): Promise<boolean> {
  const { folder, members } = split(source);
  const script = `command -v tar >/dev/null || exit 86; cd -- ${folder} && echo ${quote(READY)} && exec tar -c -h -f - ${members}`;
  const session = await startTransfer(connection, inShell(script), options.signal);
  session.channel.end();
  const archive = await afterMark(session);
  if (!archive) {
    const end = await session.end;
    const text = session.errorText();
    if (end.code !== undefined && !/cd: /.test(text)) return false;
    throw new ImgpackError(messages.downloadFailed(source, explain(text, end)));
  }
  let received = 0;
  let damage: unknown;
  try {
    await unpack(archive, destination, (count) => options.onProgress?.((received += count)));
  } catch (error) {
    session.channel.close();
    discard(session.channel);
    if (!(error instanceof TarError)) {
      if (options.signal?.aborted) await session.end;
      throw new ImgpackError(messages.targetUnwritable(destination, reasonOf(error)), { cause: error });
    }
    damage = error;
  }
  const end = await session.end;
  if (end.code === 0 && damage === undefined) return true;
  const reason =
    session.errorText() === '' && damage !== undefined ? reasonOf(damage) : explain(session.errorText(), end);
  throw new ImgpackError(messages.downloadFailed(source, reason), { cause: damage });
}

/** Where tar starts, and what it packs there: all, or what a pattern in the last part stands for. */
function split(source: string): { readonly folder: string; readonly members: string } {
  if (!isPattern(posix.basename(source))) return { folder: quotePath(source), members: '.' };
  return { folder: quotePath(posix.dirname(source)), members: `-- ${quotePattern(posix.basename(source))}` };
}

/** What comes behind the mark; undefined where the session ends without one. */
async function afterMark({ channel, end }: TransferSession): Promise<PassThrough | undefined> {
  const archive = new PassThrough({ highWaterMark: 2 * 1024 * 1024 });
  const found = new Promise<boolean>((resolve) => {
    let seen = Buffer.alloc(0);
    const look = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const at = seen.indexOf(MARK);
      if (at < 0) return;
      channel.off('data', look);
      archive.write(seen.subarray(at + MARK.length));
      channel.pipe(archive);
      resolve(true);
    };
    channel.on('data', look);
  });
  return (await Promise.race([found, end.then(() => false)])) ? archive : undefined;
}
