import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { TransferOptions } from '../../../contract/communicator.js';
import { CancelledError, ImgpackError } from '../../../messages/message.js';
import type { Connection } from '../connection.js';
import { messages } from '../messages.js';
import { quotePath } from '../quote.js';
import { reasonOf } from '../reason.js';
import { discard, explain, startTransfer } from './session.js';

/** Bytes that are read ahead: a window of the session. */
const BUFFER = 2 * 1024 * 1024;

/** A fault that the other side told, or that its data show. */
class ScpError extends Error {}

/**
 * Fetches a file, or with `recursive` what is in a folder, through `scp -f`.
 * @returns false where the machine has no `scp`
 */
export async function downloadByScp(
  connection: Connection,
  source: string,
  destination: string,
  options: TransferOptions & { readonly recursive?: boolean },
): Promise<boolean> {
  const flags = options.recursive ? '-r -f' : '-f';
  const session = await startTransfer(connection, `scp ${flags} ${quotePath(source)}`, options.signal);
  const { channel } = session;
  let fault: unknown;
  let received = 0;
  try {
    await receive(channel, destination, options.recursive === true, (count, total) => {
      received += count;
      options.onProgress?.(received, total);
    });
    channel.end();
  } catch (error) {
    fault = error;
    channel.close();
    discard(channel);
  }
  const end = await session.end;
  if (options.signal?.aborted) throw new CancelledError();
  if (end.code === 127) return false;
  if (end.code === 0 && fault === undefined) return true;
  if (fault !== undefined && !(fault instanceof ScpError)) {
    throw new ImgpackError(messages.targetUnwritable(destination, reasonOf(fault)), { cause: fault });
  }
  const reason = fault instanceof ScpError && fault.message !== '' ? fault.message : explain(session.errorText(), end);
  throw new ImgpackError(messages.downloadFailed(source, reason), { cause: fault });
}

async function receive(
  channel: ClientChannel,
  destination: string,
  recursive: boolean,
  onBytes: (count: number, total?: number) => void,
): Promise<void> {
  const stream = channel.pipe(new PassThrough({ highWaterMark: BUFFER }));
  const input = new LineInput(stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>);
  const acknowledge = () => channel.write(Buffer.from([0]));
  const folders: string[] = [];
  acknowledge();
  for (let line = await input.line(); line !== undefined; line = await input.line()) {
    if (line.startsWith('\x01') || line.startsWith('\x02')) throw new ScpError(line.slice(1).replace(/^scp: /, ''));
    if (line === 'E') folders.pop();
    else if (!line.startsWith('T')) {
      const [, kind, mode = '', size = '', name = ''] = /^([CD])([0-7]{3,5}) (\d+) (.+)$/s.exec(line) ?? [];
      if (kind === undefined) throw new ScpError(`unexpected answer \`${line.slice(0, 80)}\``);
      if (name.includes('/') || name === '..' || name === '.') throw new ScpError(`unexpected name \`${name}\``);
      // The outermost folder is the one that was asked for: what is in it goes into the destination.
      const isRoot = recursive && kind === 'D' && folders.length === 0;
      const path = isRoot || (!recursive && kind === 'C') ? destination : join(folders.at(-1) ?? destination, name);
      if (kind === 'D') {
        await mkdir(path, { recursive: true });
        folders.push(path);
      } else {
        acknowledge();
        await save(input, path, recursive ? parseInt(mode, 8) & 0o777 : undefined, Number(size), (count) =>
          onBytes(count, recursive ? undefined : Number(size)),
        );
        await input.status();
      }
    }
    acknowledge();
  }
}

async function save(
  input: LineInput,
  path: string,
  mode: number | undefined,
  size: number,
  onBytes: (count: number) => void,
): Promise<void> {
  const handle = await open(path, 'w');
  try {
    if (mode !== undefined) await handle.chmod(mode);
    for (let left = size; left > 0;) {
      const chunk = await input.some(left);
      if (!chunk) throw new ScpError('the connection was lost');
      for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
      left -= chunk.length;
      onBytes(chunk.length);
    }
  } finally {
    await handle.close();
  }
}

/** Lines and counted bytes of one stream. */
class LineInput {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly source: AsyncIterator<Buffer>) {}

  async line(): Promise<string | undefined> {
    let text = Buffer.alloc(0);
    for (;;) {
      const chunk = await this.some(Infinity);
      if (!chunk) return text.length === 0 ? undefined : text.toString('utf8');
      const at = chunk.indexOf(0x0a);
      if (at >= 0) {
        this.rest = Buffer.concat([chunk.subarray(at + 1), this.rest]);
        return Buffer.concat([text, chunk.subarray(0, at)]).toString('utf8');
      }
      text = Buffer.concat([text, chunk]);
      if (text.length > 65_536) throw new ScpError('what answers is not `scp`');
    }
  }

  /** The byte behind a file: zero, or the beginning of a message. */
  async status(): Promise<void> {
    const byte = await this.some(1);
    if (byte?.[0] === 0) return;
    throw new ScpError(byte ? ((await this.line()) ?? '') : 'the connection was lost');
  }

  async some(most: number): Promise<Buffer | undefined> {
    while (this.rest.length === 0) {
      const next = await this.source.next();
      if (next.done) return undefined;
      this.rest = next.value;
    }
    const taken = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(taken.length);
    return taken;
  }
}
