import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { spawnTracked } from '../../src/contract/helpers/spawn-process.js';
import type { Resources } from '../../src/contract/resources.js';
import { CancelledError, catalogue, ImgpackError } from '../../src/messages/message.js';
import { bgzfOf } from './bgzf.js';
import type { Compression } from './format.js';

const messages = catalogue('compress-program', {
  failed: (program: string, code: number | null) => ({
    text: `\`${program}\` ended with ${code === null ? 'a signal' : `exit code ${code}`} while it compressed`,
    hint: 'what it printed stands below; look at the free space of the disk, too',
  }),
});

/** Programs for the compressions that Node.js does not have, and the packages that bring them. */
export const PROGRAMS: Readonly<Record<Exclude<Compression, 'gz' | 'bgzf'>, { program: string; package: string }>> = {
  lz4: { program: 'lz4', package: 'lz4' },
  xz: { program: 'xz', package: 'xz-utils' },
  bzip2: { program: 'bzip2', package: 'bzip2' },
};

interface Context {
  readonly resources: Resources;
  readonly signal: AbortSignal;
}

/** Writes `source` to the file `path`, compressed. `level`: 1 (fast) to 9 (small). */
export async function writeCompressed(
  source: AsyncIterable<Uint8Array>,
  path: string,
  compression: Compression | 'none',
  level: number,
  { resources, signal }: Context,
): Promise<void> {
  const input = Readable.from(source, { objectMode: false, highWaterMark: 1 << 20 });
  try {
    switch (compression) {
      case 'none':
        return await pipeline(input, createWriteStream(path), { signal });
      case 'gz':
        return await pipeline(input, createGzip({ level, chunkSize: 1 << 18 }), createWriteStream(path), { signal });
      case 'bgzf':
        return await pipeline(Readable.from(bgzfOf(input, level)), createWriteStream(path), { signal });
      case 'lz4':
      case 'xz':
      case 'bzip2':
        return await throughProgram(input, path, PROGRAMS[compression].program, argumentsOf(compression, level), {
          resources,
          signal,
        });
    }
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    throw error;
  }
}

const argumentsOf = (compression: 'lz4' | 'xz' | 'bzip2', level: number): string[] => [
  ...(compression === 'xz' ? ['--threads=0'] : []),
  ...(compression === 'lz4' ? ['-q'] : []),
  `-${level}`,
  '-c',
];

async function throughProgram(
  input: Readable,
  path: string,
  program: string,
  args: readonly string[],
  { resources, signal }: Context,
): Promise<void> {
  const complaints: string[] = [];
  const output = createWriteStream(path);
  await once(output, 'open');
  const tracked = await spawnTracked(resources, program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { child, exited } = tracked.value;
  if (!child.stdin || !child.stdout || !child.stderr) throw new TypeError('the pipes of a program are missing');
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  try {
    // A program that ends early breaks the pipe; its exit code and words tell more than the broken pipe does.
    const fed = pipeline(input, child.stdin, { signal }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    const [{ code }] = await Promise.all([exited, fed, pipeline(child.stdout, output, { signal })]);
    if (code !== 0)
      throw new ImgpackError(messages.failed(program, code), {
        details: complaints.join('').trimEnd().split('\n').slice(-20),
      });
  } finally {
    await tracked.destroy();
  }
}
