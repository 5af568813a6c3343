import type { StoredFile } from '../api/api';

/** How far another tab is with a file. */
export interface News {
  readonly key: string;
  /** Bytes that the server has. */
  readonly acknowledged: number;
  readonly file?: StoredFile;
}

/** What all tabs of this site know of each other: which of them uploads a file, and how far it is. */
export interface Tabs {
  tell(news: News): void;
  /**
   * Waits until no other tab uploads the file.
   *
   * @param hear told while another one does
   * @returns the function that lets others have it, or the file that the other tab brought up
   */
  claim(key: string, signal: AbortSignal, hear: (news?: News) => void): Promise<(() => void) | StoredFile>;
  /**
   * Makes this tab the one that may send to a session or cancel it.
   *
   * @param waiting until then it is waited for where another one is that; undefined: it is not
   * @returns the function that lets others have it; undefined where another one is that
   */
  hold(id: string, waiting?: AbortSignal): Promise<(() => void) | undefined>;
}

/** The news of an end must come before the lock: who gets the lock first would send the file again. */
const grace = 300;

/** By Web Locks, which end with their tab; without a secure context, and where they are forbidden, each tab is alone. */
export class BrowserTabs implements Tabs {
  private readonly channel = openChannel();
  // The compiler believes that every page has them.
  private readonly locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;

  tell(news: News): void {
    this.channel?.postMessage(news);
  }

  async claim(key: string, signal: AbortSignal, hear: (news?: News) => void): Promise<(() => void) | StoredFile> {
    if (!this.locks || !this.channel) return () => undefined;
    const free = await this.lock(this.locks, key, { ifAvailable: true });
    if (free) return after(grace, free);
    hear();
    return this.watch(this.locks, this.channel, key, signal, hear);
  }

  async hold(id: string, waiting?: AbortSignal): Promise<(() => void) | undefined> {
    if (!this.locks) return () => undefined;
    return this.lock(this.locks, `session ${id}`, waiting ? { signal: waiting } : { ifAvailable: true });
  }

  private async watch(
    locks: LockManager, channel: BroadcastChannel, key: string, signal: AbortSignal, hear: (news?: News) => void,
  ): Promise<(() => void) | StoredFile> {
    const waiting = new AbortController();
    const stop = () => {
      waiting.abort(signal.reason);
    };
    signal.addEventListener('abort', stop);
    try {
      return await new Promise((resolve, reject) => {
        channel.addEventListener('message', ({ data }: MessageEvent<News>) => {
          if (data.key !== key) return;
          hear(data);
          if (data.file) resolve(data.file);
        }, { signal: waiting.signal });
        this.lock(locks, key, { signal: waiting.signal }).then(release => {
          if (release) resolve(after(grace, release));
        }, reject);
      });
    } finally {
      signal.removeEventListener('abort', stop);
      waiting.abort();
    }
  }

  private lock(locks: LockManager, key: string, options: LockOptions): Promise<(() => void) | undefined> {
    return new Promise((resolve, reject) => {
      const hold = (lock: Lock | null) => {
        if (!lock) {
          resolve(undefined);
          return undefined;
        }
        return new Promise<void>(release => {
          resolve(release);
        });
      };
      locks.request(`chunk-uploader ${key}`, options, hold).catch((error: unknown) => {
        if (isDenied(error)) resolve(() => undefined);
        else reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }
}

function openChannel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel('chunk-uploader');
  } catch {
    return undefined; // there is none, or the visitor has forbidden site data
  }
}

/** Where site data are forbidden, so are locks. */
function isDenied(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'SecurityError';
}

function after(milliseconds: number, act: () => void): () => void {
  return () => setTimeout(act, milliseconds);
}
