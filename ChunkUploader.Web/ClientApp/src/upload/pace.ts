/** The most that a timer takes; browsers end longer ones at once. */
const longestTimer = 2 ** 31 - 1;

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** Lets bytes leave at the speed that is set, in the order in which they asked. */
export class Pace {
  private speed = 0;
  /** When the next bytes may leave, in milliseconds of a clock that nobody sets. */
  private freeAt = 0;
  private readonly waiting: Waiting[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the changes of the speed: nothing is owed of an earlier one, or given back. */
  private changes = 0;

  /** 0: as fast as it goes. */
  get bytesPerSecond(): number {
    return this.speed;
  }

  set bytesPerSecond(value: number) {
    this.speed = Math.max(0, value);
    this.freeAt = 0;
    this.changes++;
    this.serve();
  }

  /**
   * Waits until so many bytes may leave; rejects with the signal's reason.
   *
   * @returns to be told how many of them have left, when it is over: the others' time is given back
   */
  async take(bytes: number, signal: AbortSignal): Promise<(sent: number) => void> {
    await this.turn(bytes, signal);
    const { changes } = this;
    return sent => {
      if (changes !== this.changes || this.speed === 0) return;
      this.freeAt -= (Math.max(0, bytes - sent) / this.speed) * 1000;
      this.serve();
    };
  }

  private turn(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        this.serve();
        reject(signal.reason as Error);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const waiter = { bytes, go };
      this.waiting.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
      this.serve();
    });
  }

  private serve(): void {
    clearTimeout(this.timer);
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const now = performance.now();
      if (this.speed > 0 && this.freeAt > now) {
        this.timer = setTimeout(() => { this.serve(); }, Math.min(longestTimer, Math.ceil(this.freeAt - now)));
        return;
      }
      if (this.speed > 0) this.freeAt = Math.max(now, this.freeAt) + (next.bytes / this.speed) * 1000;
      this.waiting.shift();
      next.go();
    }
  }
}
