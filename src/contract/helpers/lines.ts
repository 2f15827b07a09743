import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of UTF-8 bytes into lines without their ends (`\n` or `\r\n`); a last line needs no end. */
export interface LineSplitter {
  write(chunk: Uint8Array): void;
  end(): void;
}

/** Makes a splitter that hands each line to `onLine` as soon as it is complete. */
export function lineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() as string;
    for (const part of parts) onLine(part.endsWith('\r') ? part.slice(0, -1) : part);
  };
  return {
    write: (chunk) => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))),
    end() {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
