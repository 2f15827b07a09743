import type { Host } from '../host.js';

const CTRL_C = '\u0003';

/**
 * Calls `listener` with every key that is pressed; without a terminal, with every line that comes in.
 * @returns how to stop
 */
export function keysAt(host: Host, listener: (key: string) => void): () => void {
  const { stdin } = host;
  const raw = host.isTerminal;
  if (raw) stdin.setRawMode(true);
  const pressed = (chunk: Buffer): void => {
    for (const key of raw ? chunk.toString() : chunk.toString().split('\n').filter(Boolean)) {
      // A terminal in this mode makes no signal of it.
      if (key === CTRL_C) process.kill(process.pid, 'SIGINT');
      else listener(key);
    }
  };
  stdin.on('data', pressed);
  stdin.resume();
  return () => {
    stdin.off('data', pressed);
    if (raw) stdin.setRawMode(false);
    stdin.pause();
  };
}
