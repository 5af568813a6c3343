/** How long cancelling can be undone, in milliseconds. */
export const undoTime = 10_000;

/** Something that happens in 10 s, unless it is stopped by then. */
export class Delayed {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly act: () => void) {}

  start(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.act();
    }, undoTime);
  }

  /** @returns whether it was still to come */
  stop(): boolean {
    const isToCome = this.timer !== undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    return isToCome;
  }
}
