import { pause } from '../../../src/contract/helpers/pause.js';

const FIRST_MILLISECONDS = 50;
const LONGEST_MILLISECONDS = 5000;

/**
 * Spaces the calls of all builds of a project once Google says that there were too many: the gap doubles with each such
 * answer, and shrinks with each call that goes well.
 */
export class Limiter {
  private gap = 0;
  private next = 0;

  /** Resolves when the next call may leave. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.gap === 0) return;
    const at = Math.max(Date.now(), this.next);
    this.next = at + this.gap;
    if (at > Date.now()) await pause(at - Date.now(), signal);
  }

  slower(): void {
    this.gap = Math.min(Math.max(this.gap * 2, FIRST_MILLISECONDS), LONGEST_MILLISECONDS);
  }

  faster(): void {
    this.gap = this.gap < 10 ? 0 : this.gap * 0.9;
  }
}
