import { ApiError } from './http';

const baseDelay = 500;
const longestDelay = 15_000;

/** With the delays above, some four to five minutes: longer than a server takes to restart. */
export const maxAttempts = 40;

/** The one place that decides whether asking again can help. */
export function isRetriable(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  const { status } = error;
  // 409 and a full disk (507) pass by themselves only where the server says when.
  if (status === 409 || status === 507) return error.retryAfter !== undefined;
  // 408: the body came too slowly for the server, which is the network's doing.
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** Milliseconds before the next try: exponential with full jitter, never sooner than the server asked for. */
export function backOff(failures: number, retryAfter = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(longestDelay, baseDelay * 2 ** (failures - 1));
  return Math.max(random() * ceiling, retryAfter * 1000);
}

export interface Retries {
  readonly signal: AbortSignal;
  readonly onWait?: (error: ApiError, failures: number) => void;
}

/** Calls until it succeeds, an error is final, or the attempts are used up: then the last error is thrown. */
export async function withRetries<T>(call: () => Promise<T>, { signal, onWait }: Retries): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || failures >= maxAttempts || !isRetriable(error)) throw error;
      onWait?.(error, failures);
      await sleep(backOff(failures, error.retryAfter), signal, error.status === 0);
    }
  }
}

/** Rejects with the signal's reason when aborted; `untilOnline` ends early when the machine gets its network back. */
export function sleep(milliseconds: number, signal: AbortSignal, untilOnline = false): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const network = new AbortController();
    const finish = (end: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      network.abort();
      end();
    };
    const onAbort = () => {
      finish(() => {
        reject(signal.reason as Error);
      });
    };
    const onTime = () => {
      finish(resolve);
    };
    const timer = setTimeout(onTime, milliseconds);
    signal.addEventListener('abort', onAbort);
    if (untilOnline && 'addEventListener' in globalThis)
      globalThis.addEventListener('online', onTime, { signal: network.signal });
  });
}
