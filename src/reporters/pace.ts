/** Milliseconds after which a wait is mentioned again; then every minute. */
const MENTIONS = [0, 5000, 15_000, 30_000, 60_000];
const LATER_MENTIONS = 60_000;
/** Progress of something that is done before this is not worth a line. */
const FIRST_PROGRESS = 3000;
const LATER_PROGRESS = 10_000;

interface Mention {
  milliseconds: number;
  next: number;
}

/** Decides which of many events about one thing are worth a line: the first, then at widening intervals. */
export class ProgressPace {
  private readonly waits = new Map<string, Mention>();
  private readonly works = new Map<string, { readonly due: number; readonly told: boolean }>();

  constructor(private readonly now: () => Date) {}

  /** For a wait that has lasted `milliseconds`. One that lasted less than before is a new one. */
  isDue(key: string, milliseconds: number): boolean {
    const last = this.waits.get(key);
    if (last && milliseconds >= last.milliseconds) {
      last.milliseconds = milliseconds;
      if (milliseconds < last.next) return false;
      last.next = following(milliseconds);
      return true;
    }
    this.waits.set(key, { milliseconds, next: following(milliseconds) });
    return true;
  }

  /** For work that tells its progress; its end is told if something was told before. */
  isDueNow(key: string, complete: boolean): boolean {
    const now = this.now().getTime();
    const work = this.works.get(key);
    if (complete) {
      this.works.delete(key);
      return work?.told === true;
    }
    if (!work) this.works.set(key, { due: now + FIRST_PROGRESS, told: false });
    if (!work || now < work.due) return false;
    this.works.set(key, { due: now + LATER_PROGRESS, told: true });
    return true;
  }
}

const following = (milliseconds: number): number =>
  MENTIONS.find((mention) => mention > milliseconds) ??
  (Math.floor(milliseconds / LATER_MENTIONS) + 1) * LATER_MENTIONS;
