import type { RunResult, Terminal } from '../../contract/communicator.js';
import { EXIT_CODE_DISCONNECTED } from '../../contract/communicator.js';
import type { Connection } from './connection.js';
import { sessionEnd } from './session-end.js';

/** Runs a command whose terminal is the person's: keys go there, and what it draws comes back, byte for byte. */
export async function interact(
  connection: Connection,
  command: string,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<RunResult> {
  const { input, output, type: term, columns: cols, rows } = terminal;
  const channel = await connection.exec(command, {
    pty: { term, cols, rows, width: 0, height: 0 },
    ...(signal && { signal }),
  });
  const ended = sessionEnd(channel, signal);
  const stopResizing = terminal.onResize((columns, lines) => channel.setWindow(lines, columns, 0, 0));
  const keys = (chunk: Buffer) => channel.write(chunk);
  const drawn = (chunk: Buffer) => output.write(chunk);
  channel.on('data', drawn);
  channel.stderr.on('data', drawn);
  input.on('data', keys);
  try {
    const { code } = await ended;
    return { exitCode: code ?? EXIT_CODE_DISCONNECTED, disconnected: code === undefined };
  } finally {
    stopResizing();
    input.off('data', keys);
    input.pause();
  }
}
