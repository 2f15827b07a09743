import { posix } from 'node:path';
import type { TransferOptions } from '../../../contract/communicator.js';
import { ImgpackError } from '../../../messages/message.js';
import type { Connection } from '../connection.js';
import { messages } from '../messages.js';
import { quotePath } from '../quote.js';
import { explain, startTransfer, write } from './session.js';
import type { Content } from './source.js';

/**
 * Writes one file through `scp -t`. Everything is sent at once; the answers are read at the end.
 * @returns false where the machine has no `scp`, or the name is one that its protocol cannot carry
 */
export async function uploadByScp(
  connection: Connection,
  source: Content,
  destination: string,
  options: TransferOptions,
): Promise<boolean> {
  const name = posix.basename(destination);
  if (/[\r\n]/.test(name) || name === '' || name === '.' || name === '..') return false;
  // `-p`: the permissions are taken as they are sent, whatever the umask. `-d`: the folder must be there.
  const session = await startTransfer(connection, `scp -p -d -t ${quotePath(folderOf(destination))}`, options.signal);
  const { channel } = session;
  const answers: Buffer[] = [];
  let begun: () => void = () => undefined;
  const first = new Promise<true>((resolve) => (begun = () => resolve(true)));
  channel.on('data', (chunk: Buffer) => {
    answers.push(chunk);
    begun();
  });
  const started = await Promise.race([first, session.end.then(() => false as const)]);
  if (started) await send(channel, source, name, options);
  const end = await session.end;
  const fault = faultIn(Buffer.concat(answers));
  if (end.code === 127 || (!started && end.code !== undefined && fault === undefined)) return false;
  if (end.code === 0 && fault === undefined) return true;
  const reason = fault ?? explain(session.errorText(), end);
  throw new ImgpackError(messages.uploadFailed(destination, reason));
}

async function send(
  channel: Parameters<typeof write>[0],
  source: Content,
  name: string,
  options: TransferOptions,
): Promise<void> {
  const head = Buffer.from(`C${source.mode.toString(8).padStart(4, '0')} ${source.size} ${name}\n`);
  let sent = 0;
  try {
    if (!(await write(channel, head))) return;
    for await (const portion of source.portions) {
      if (!(await write(channel, portion))) return;
      sent += portion.length;
      options.onProgress?.(sent, source.size);
    }
    channel.end(Buffer.from([0]));
  } catch (error) {
    channel.close();
    throw error;
  }
}

/** The folder part as it was written: `~/x` stays in the home directory. */
function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at);
}

/** Answers are zeros; anything else begins a line that says what is wrong. */
export function faultIn(answers: Buffer): string | undefined {
  const at = answers.findIndex((byte) => byte !== 0);
  if (at < 0) return undefined;
  const text = answers.toString('utf8', answers[at] === 1 || answers[at] === 2 ? at + 1 : at).replace(/\0/g, '');
  return (text.split('\n')[0] as string).replace(/^scp: /, '') || undefined;
}
