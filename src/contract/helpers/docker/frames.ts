const HEADER = 8;

/** Hears what a command without a terminal writes. */
export type FrameListener = (stream: 'stdout' | 'stderr', chunk: Buffer) => void;

/**
 * Takes apart the engine's mixture of both outputs: frames of one byte for the stream, three unused, four for the length,
 * and as many bytes of content. Content is handed on as it comes, whether its frame is complete or not.
 */
export class FrameReader {
  private readonly header = Buffer.alloc(HEADER);
  private have = 0;
  private left = 0;

  constructor(private readonly listener: FrameListener) {}

  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.left === 0) {
        const count = chunk.copy(this.header, this.have, at, at + HEADER - this.have);
        this.have += count;
        at += count;
        if (this.have < HEADER) return;
        this.have = 0;
        this.left = this.header.readUInt32BE(4);
        continue;
      }
      const part = chunk.subarray(at, at + this.left);
      this.left -= part.length;
      at += part.length;
      this.listener(this.header[0] === 2 ? 'stderr' : 'stdout', part);
    }
  }
}
