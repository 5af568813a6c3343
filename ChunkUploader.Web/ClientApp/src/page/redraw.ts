/** Milliseconds between two drawings that nobody asked for: thousands of small files end faster than anybody reads. */
const shortest = 100;
/** Drawing takes this much of the page's time at most, so that a slow device has most of its own for sending … */
const share = 0.1;
/** … but nobody waits longer, in milliseconds, to see how far it is. */
const longest = 500;

/** When to draw: what a person did at once, what uploads tell as often as it can be read. */
export class Redraw {
  private isNext = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** By the page's clock, in milliseconds. */
  private earliest = 0;

  constructor(private readonly draw: () => void) {}

  /** Draws with the next frame. */
  next(): void {
    if (this.isNext) return;
    this.isNext = true;
    requestAnimationFrame(() => {
      this.isNext = false;
      clearTimeout(this.timer);
      this.timer = undefined;
      const before = performance.now();
      this.draw();
      const taken = performance.now() - before;
      this.earliest = before + Math.min(longest, Math.max(shortest, taken / share));
    });
  }

  /** Draws with one of the next frames, when the last drawing is long enough ago. */
  soon(): void {
    this.timer ??= setTimeout(() => {
      this.next();
    }, Math.max(0, this.earliest - performance.now()));
  }
}
