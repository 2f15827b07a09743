import { open } from 'node:fs/promises';

/** Enough for some hundred lines. */
const TAIL_BYTES = 64 * 1024;

/** The last lines of a serial console's log as a person would have seen them; empty where nothing was written. */
export async function consoleTail(path: string, lines: number): Promise<string[]> {
  const text = await readTail(path);
  return text === '' ? [] : plainLines(text).slice(-lines);
}

async function readTail(path: string): Promise<string> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined; // The console goes elsewhere (`qemuargs`).
    throw error;
  });
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}

/** Lines without control sequences; of a line that was written over, what stood there last. Empty lines are left out. */
export function plainLines(text: string): string[] {
  return text
    .replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_()][0-9A-Za-z]?)/g, '')
    .split(/\r*\n/)
    .map((line) =>
      line
        .slice(line.lastIndexOf('\r') + 1)
        .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '')
        .trimEnd(),
    )
    .filter((line) => line !== '');
}
