import { EXIT_CODE_DISCONNECTED, type RunResult, type Terminal } from '../../contract/communicator.js';
import { exitCodeOf, startExec } from '../../contract/helpers/docker/exec.js';
import type { Container } from './communicator.js';
import { inShell } from './run.js';

/** Runs a command whose terminal is the person's. */
export async function interact(
  { engine, target }: Container,
  command: string,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<RunResult> {
  const { connection } = engine;
  const { input, output, type, columns, rows } = terminal;
  const container = target.container();
  const { id, stream, head } = await startExec(connection, container, {
    command: inShell(command, target),
    ...(target.execUser !== undefined && { user: target.execUser }),
    tty: true,
    stdin: '',
    env: [`TERM=${type}`],
    ...(signal && { signal }),
  });
  const resize = (w: number, h: number) =>
    connection
      .json('POST', `/exec/${id}/resize`, { query: { w, h }, what: 'the terminal keeps its size' })
      .catch(() => undefined);
  void resize(columns, rows);
  const stopResizing = terminal.onResize((w, h) => void resize(w, h));
  const keys = (chunk: Buffer) => stream.write(chunk);
  const onAbort = () => stream.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  output.write(head);
  stream.on('data', (chunk: Buffer) => output.write(chunk));
  input.on('data', keys);
  try {
    await new Promise<void>((resolve) => {
      stream.once('end', resolve);
      stream.once('close', resolve);
      stream.once('error', () => resolve());
    });
    const exitCode = signal?.aborted ? undefined : await exitCodeOf(connection, id, container);
    return { exitCode: exitCode ?? EXIT_CODE_DISCONNECTED, disconnected: exitCode === undefined };
  } finally {
    stopResizing();
    signal?.removeEventListener('abort', onAbort);
    input.off('data', keys);
    input.pause();
    stream.destroy();
  }
}
