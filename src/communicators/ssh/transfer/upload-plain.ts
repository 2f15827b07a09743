import type { TransferOptions } from '../../../contract/communicator.js';
import { ImgpackError } from '../../../messages/message.js';
import type { Connection } from '../connection.js';
import { messages } from '../messages.js';
import { inShell, quote, quotePath } from '../quote.js';
import { explain, startTransfer, write } from './session.js';
import type { Content } from './source.js';
import { isReady, READY } from './upload-tree.js';

/**
 * Writes one file with `cat`, for machines that have no `scp`.
 * @returns false where the machine has no `sh` either
 */
export async function uploadByCat(
  connection: Connection,
  source: Content,
  destination: string,
  options: TransferOptions,
): Promise<boolean> {
  const path = quotePath(destination);
  const mode = source.mode.toString(8);
  const script = `echo ${quote(READY)} && cat > ${path} && chmod ${mode} ${path}`;
  const session = await startTransfer(connection, inShell(script), options.signal);
  if (!(await isReady(session))) return false;
  const { channel } = session;
  let sent = 0;
  try {
    for await (const portion of source.portions) {
      if (!(await write(channel, portion))) break;
      sent += portion.length;
      options.onProgress?.(sent, source.size);
    }
    channel.end();
  } catch (error) {
    channel.close();
    throw error;
  }
  const end = await session.end;
  if (end.code === 0) return true;
  throw new ImgpackError(messages.uploadFailed(destination, explain(session.errorText(), end)));
}
