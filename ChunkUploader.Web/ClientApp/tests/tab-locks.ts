import type { StoredFile } from '../src/api/api';
import type { News, Tabs } from '../src/upload/tabs';

/** The locks of a browser, which all its tabs share. */
export class TabLocks implements Tabs {
  /** Who waits for each that is held. */
  private readonly waiters = new Map<string, Set<() => void>>();

  isHeld(id: string): boolean {
    return this.waiters.has(id);
  }

  tell(): void {
    // No test with these locks looks at how far another tab is.
  }

  async claim(key: string, signal: AbortSignal, hear: (news?: News) => void): Promise<(() => void) | StoredFile> {
    const free = await this.hold(key);
    if (free) return free;
    hear();
    return (await this.hold(key, signal)) ?? (() => undefined);
  }

  hold(id: string, waiting?: AbortSignal): Promise<(() => void) | undefined> {
    const release = () => {
      const waiters = this.waiters.get(id);
      const [next] = waiters ?? [];
      if (next) waiters?.delete(next);
      else this.waiters.delete(id);
      next?.();
    };
    const waiters = this.waiters.get(id);
    if (!waiters) {
      this.waiters.set(id, new Set());
      return Promise.resolve(release);
    }
    if (!waiting) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const next = () => {
        resolve(release);
      };
      waiters.add(next);
      waiting.addEventListener('abort', () => {
        waiters.delete(next);
        reject(waiting.reason as Error);
      });
    });
  }
}
