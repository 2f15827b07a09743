/** What was sent and may have to be sent again, counted in bytes since the beginning. */
export class Unconfirmed {
  private readonly chunks: Buffer[] = [];
  private confirmed = 0;
  private held = 0;

  /** Bytes that the other side may not have. */
  get size(): number {
    return this.held;
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.held += chunk.length;
  }

  /**
   * The other side has so many bytes since the beginning.
   * @throws Error where it cannot: then bytes are missing
   */
  confirm(received: number): void {
    const news = received - this.confirmed;
    if (news < 0 || news > this.held)
      throw new Error(`the relay confirms ${received} bytes of ${this.confirmed + this.held}`);
    this.confirmed = received;
    this.held -= news;
    for (let left = news; left > 0;) {
      const [first] = this.chunks;
      if (!first) return;
      if (first.length > left) this.chunks[0] = first.subarray(left);
      else this.chunks.shift();
      left -= Math.min(left, first.length);
    }
  }

  all(): readonly Buffer[] {
    return this.chunks;
  }
}
