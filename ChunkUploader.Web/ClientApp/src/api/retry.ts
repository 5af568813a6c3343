import { ApiError } from './http';

const baseDelay = 500;
const longestDelay = 15_000;

/** Answers, that is: with the delays above, some four to five minutes, longer than a server takes to restart. */
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

/**
 * Calls until it succeeds, an error is final, or the server has refused too often: then the last error is thrown. Without
 * an answer there is no limit: a laptop that slept or a network that was down overnight must not need a person.
 */
export async function withRetries<T>(call: () => Promise<T>, { signal, onWait }: Retries): Promise<T> {
  let answers = 0;
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !isRetriable(error)) throw error;
      const isAnswer = error.status !== 0;
      if (isAnswer && ++answers >= maxAttempts) throw error;
      onWait?.(error, failures);
      await sleep(backOff(failures, error.retryAfter), signal, !isAnswer);
    }
  }
}

/** Rejects with the signal's reason when aborted; `untilBack` ends early when the machine or its person is back. */
export function sleep(milliseconds: number, signal: AbortSignal, untilBack = false): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const listening = new AbortController();
    const finish = (end: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      listening.abort();
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
    if (untilBack) onceBack(onTime, listening.signal);
  });
}

/* eslint-disable no-restricted-globals -- asks only whether the page is looked at, if there is one */
/** When the network is back, or the page is looked at again: timers of hidden pages and sleeping machines come late. */
function onceBack(act: () => void, signal: AbortSignal): void {
  if ('addEventListener' in globalThis) globalThis.addEventListener('online', act, { signal });
  if (!('document' in globalThis)) return;
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') act();
  }, { signal });
}
