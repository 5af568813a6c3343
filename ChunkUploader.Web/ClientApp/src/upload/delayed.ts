/** How long cancelling can be undone, in milliseconds. */
export const undoTime = 10_000;

/** Something that happens in 10 s, or when the page is left before that, unless it is stopped by then. */
export class Delayed {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly left = () => {
    if (this.stop()) this.leave();
  };

  /**
   * @param act in 10 s
   * @param leave the same for a page that is being left: it has no time to wait for anything
   */
  constructor(private readonly act: () => void, private readonly leave: () => void) {}

  start(): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.stop();
      this.act();
    }, undoTime);
    // Node and workers have no page to leave.
    if ('addEventListener' in globalThis) globalThis.addEventListener('pagehide', this.left);
  }

  /** @returns whether it was still to come */
  stop(): boolean {
    const isToCome = this.timer !== undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    if ('removeEventListener' in globalThis) globalThis.removeEventListener('pagehide', this.left);
    return isToCome;
  }
}
