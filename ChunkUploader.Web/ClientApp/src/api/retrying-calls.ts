import { withRetries } from './retry';

/** The requests of one upload, each retried on its own; while any waits for its next try, the upload reconnects. */
export class RetryingCalls {
  private pending = 0;

  /** @param onChange told when reconnecting begins or ends, with the reason */
  constructor(private readonly onChange: (reason: string) => void) {}

  get isReconnecting(): boolean {
    return this.pending > 0;
  }

  /** @param request gets a function that ends reconnecting as soon as bytes flow, ahead of the answer */
  async make<T>(request: (alive: () => void) => Promise<T>, signal: AbortSignal): Promise<T> {
    let isPending = false;
    const setPending = (value: boolean, reason = '') => {
      if (isPending === value) return;
      isPending = value;
      this.pending += value ? 1 : -1;
      this.onChange(reason);
    };
    const alive = () => {
      setPending(false);
    };
    try {
      const answer = await withRetries(() => request(alive), {
        signal,
        onWait: error => {
          setPending(true, error.message);
        },
      });
      signal.throwIfAborted();
      return answer;
    } finally {
      setPending(false);
    }
  }
}
