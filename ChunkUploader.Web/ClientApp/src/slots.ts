/** A number of places that uploads share; who comes first is served first. */
export class Slots {
  private readonly queue: (() => void)[] = [];

  constructor(private free: number) {}

  /** Waits for a place and gives the function that frees it again; rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const take = () => {
        signal.removeEventListener('abort', leave);
        resolve(this.releaseOnce());
      };
      const leave = () => {
        this.queue.splice(this.queue.indexOf(take), 1);
        reject(signal.reason as Error);
      };
      if (this.free > 0) {
        this.free--;
        take();
      } else {
        this.queue.push(take);
        signal.addEventListener('abort', leave, { once: true });
      }
    });
  }

  private releaseOnce(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    };
  }
}
