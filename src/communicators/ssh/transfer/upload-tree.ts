import type { TransferOptions } from '../../../contract/communicator.js';
import { ImgpackError } from '../../../messages/message.js';
import { FileChangedError, pack } from '../../tar/pack.js';
import type { Tree, TreeDirectory } from '../../tar/tree.js';
import type { Connection } from '../connection.js';
import { messages } from '../messages.js';
import { inShell, quote, quotePath } from '../quote.js';
import { reasonOf } from '../reason.js';
import { explain, startTransfer, write, type TransferSession } from './session.js';

/** What the script says when it is ready to read the archive. */
export const READY = 'imgpack: ready';
/** Characters of a command; far below the smallest limit of shells and systems. */
const COMMAND_LIMIT = 32_000;

/**
 * Sends a tree as one tar archive that the machine's `tar` unpacks: one session, no waiting between files. Existing
 * folders stay as they are, existing files are written over and links followed, as `scp` does it.
 * @returns false where the machine has no `sh` or no `tar`; nothing was sent then
 */
export async function uploadTree(
  connection: Connection,
  tree: Tree,
  destination: string,
  options: TransferOptions,
): Promise<boolean> {
  const folders = folderScripts(tree.directories);
  const into = `mkdir -p -- ${quotePath(destination)} && cd -- ${quotePath(destination)}`;
  for (const script of folders.slice(0, -1)) {
    const session = await startTransfer(
      connection,
      inShell(`${into} && echo ${quote(READY)} && ${script}`),
      options.signal,
    );
    session.channel.end();
    if (!(await isReady(session))) return missing(session, destination);
    await finish(session, destination);
  }
  const last = folders[folders.length - 1];
  const steps = [into, ...(last === undefined ? [] : [last]), `echo ${quote(READY)}`, UNPACK].join(' && ');
  const script = `command -v tar >/dev/null || exit 86; ${steps}`;
  const session = await startTransfer(connection, inShell(script), options.signal);
  if (!(await isReady(session))) return missing(session, destination);
  await send(session, tree, options);
  await finish(session, destination);
  return true;
}

/** GNU's tar and BSD's need to be told to write through links and over files; `-o`: files belong to who logs in. */
const UNPACK = [
  'case "$(tar --version 2>/dev/null)" in',
  '*"GNU tar"*) exec tar --overwrite -h -o -m -p -x -f - ;;',
  '*bsdtar*) exec tar -P -o -m -p -x -f - ;;',
  '*) exec tar -o -m -p -x -f - ;; esac',
].join(' ');

/** Shell code for the folders that tar would not make by itself, or with other permissions; several where it is long. */
function folderScripts(directories: readonly TreeDirectory[]): string[] {
  const scripts: string[] = [];
  let current: string[] = [];
  let length = 0;
  for (const { name, mode, isEmpty } of directories) {
    if (!isEmpty && mode === 0o755) continue;
    const path = quote(`./${name.toString('utf8')}`);
    const command = `{ [ -d ${path} ] || mkdir -p -m ${mode.toString(8)} ${path}; }`;
    // Quoted once more for `sh -c`, each quote takes up to four characters.
    length += command.length * 2 + 4;
    if (length > COMMAND_LIMIT) {
      scripts.push(current.join(' && '));
      current = [];
      length = command.length * 2;
    }
    current.push(command);
  }
  if (current.length > 0) scripts.push(current.join(' && '));
  return scripts;
}

/** Whether the script came to the point where it reads. */
export async function isReady({ channel, end }: TransferSession): Promise<boolean> {
  const ready = new Promise<boolean>((resolve) => {
    let text = '';
    channel.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes(READY)) resolve(true);
    });
  });
  return Promise.race([ready, end.then(() => false)]);
}

/** Tells "no such program" from a fault of the script itself. */
async function missing(session: TransferSession, destination: string): Promise<false> {
  const end = await session.end;
  if (end.code === undefined) throw new ImgpackError(messages.uploadFailed(destination, explain('', end)));
  const text = session.errorText();
  const isFault = /^(mkdir|sh: .*cd|.*cd): /m.test(text) && !/not found|not recognized/i.test(text);
  if (isFault) throw new ImgpackError(messages.uploadFailed(destination, explain(text, end)));
  return false;
}

async function send({ channel }: TransferSession, tree: Tree, options: TransferOptions): Promise<void> {
  let sent = 0;
  try {
    for await (const portion of pack(tree.files)) {
      if (portion.length > 0 && !(await write(channel, portion))) return;
      sent += portion.length;
      options.onProgress?.(sent);
    }
    channel.end();
  } catch (error) {
    channel.close();
    if (options.signal?.aborted) throw error;
    if (error instanceof FileChangedError) throw new ImgpackError(messages.sourceChanged(error.path), { cause: error });
    const path = (error as NodeJS.ErrnoException).path;
    throw new ImgpackError(messages.sourceUnreadable(path ?? 'a file', reasonOf(error)), { cause: error });
  }
}

async function finish(session: TransferSession, destination: string): Promise<void> {
  const end = await session.end;
  if (end.code === 0) return;
  throw new ImgpackError(messages.uploadFailed(destination, explain(session.errorText(), end)), {
    details: session.errorText().split('\n').filter(Boolean).slice(-10),
  });
}
