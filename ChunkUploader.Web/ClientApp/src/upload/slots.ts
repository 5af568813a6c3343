/** Small things pass large ones, but not without end: after so many, a large one that waits has its turn. */
const smallInTurn = 4;

interface Waiting {
  readonly take: () => void;
  readonly isSmall: boolean;
}

/** A number of places that uploads share. Who comes first is served first, small before large. */
export class Slots {
  private readonly waiting: Waiting[] = [];
  private taken = 0;
  private smallServed = 0;

  /** @param forSmall so many may be taken where small ones take them: many short requests wait more than they send */
  constructor(private places: number, private readonly forSmall = places) {}

  get limit(): number {
    return this.places;
  }

  /** Fewer places than are taken: they go as they are freed. */
  set limit(places: number) {
    this.places = places;
    this.serve();
  }

  /** Whether more is wanted than there is. */
  get isCrowded(): boolean {
    return this.waiting.length > 0;
  }

  /** Waits for a place and gives the function that frees it again; rejects with the signal's reason. */
  acquire(signal: AbortSignal, isSmall = false): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const take = () => {
        signal.removeEventListener('abort', leave);
        resolve(this.releaseOnce());
      };
      const waiter = { take, isSmall };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      this.waiting.push(waiter);
      signal.addEventListener('abort', leave, { once: true });
      this.serve();
    });
  }

  private serve(): void {
    for (let next = this.choose(); next !== undefined; next = this.choose()) {
      this.taken++;
      this.waiting.splice(next, 1)[0]?.take();
    }
  }

  private choose(): number | undefined {
    const isFull = this.taken >= this.places;
    if (this.waiting.length === 0 || (isFull && this.taken >= this.forSmall)) return undefined;
    const small = isFull || this.smallServed < smallInTurn ? this.waiting.findIndex(({ isSmall }) => isSmall) : -1;
    if (isFull && small < 0) return undefined;
    const chosen = small >= 0 ? small : Math.max(0, this.waiting.findIndex(({ isSmall }) => !isSmall));
    this.smallServed = this.waiting[chosen]?.isSmall === true ? this.smallServed + 1 : 0;
    return chosen;
  }

  private releaseOnce(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.taken--;
      this.serve();
    };
  }
}
