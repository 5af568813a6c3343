/** Milliseconds without a word after which a connection is taken for dead. */
export const silenceLimit = 30_000;
const longest = 10 * 60_000;
/** Bytes a second that the slowest hop is taken for until a slower one has been seen. */
const usualRate = 256 * 1024;
/** Less says more of the way's length than of its width. */
const worthMeasuring = 64 * 1024;

/**
 * How long an answer may take once all bytes have left this machine: a proxy may take a body at once, and be long in
 * forwarding it.
 */
export class AnswerTime {
  private slowest = usualRate;
  private silences = 0;
  private silentAt = -Infinity;

  /** Milliseconds for a request of so many bytes. */
  of(bytes: number): number {
    return Math.min(longest, (silenceLimit + (bytes / this.slowest) * 1000) * 2 ** this.silences);
  }

  /** @param milliseconds from the first byte sent to the answer */
  answered(bytes: number, milliseconds: number): void {
    this.silences = 0;
    if (bytes >= worthMeasuring && milliseconds > 0) this.slowest = Math.min(this.slowest, (bytes * 1000) / milliseconds);
  }

  /**
   * No answer came. Requests that were under way together count as one.
   *
   * @param started by `performance.now()`
   * @returns whether it was so the last time, too
   */
  silent(started: number): boolean {
    if (started < this.silentAt) return false;
    this.silentAt = performance.now();
    return ++this.silences > 1;
  }
}
