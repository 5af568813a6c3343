import type { Tabs } from './tabs';

/**
 * The session that one upload alone may send to or cancel, among those of all tabs. The lock of a file does not do for
 * that: another tab can continue the same session with a copy of the file that has another name or date.
 *
 * Who waits for a session may have its file's lock, but not the other way round: two tabs would wait for each other.
 */
export class SessionLock {
  private held: { readonly id: string; readonly release: () => void } | undefined;
  private taking: Promise<unknown> = Promise.resolve();

  constructor(private readonly tabs: Tabs | undefined) {}

  holds(id: string): boolean {
    return this.held?.id === id;
  }

  /** @returns whether nobody else has it */
  tryTake(id: string): Promise<boolean> {
    // One after the other: asked for twice at once, it would be refused to its own holder.
    const taking = this.taking.then(() => this.request(id));
    this.taking = taking.catch(() => undefined);
    return taking;
  }

  /**
   * @param wait called where it has to be waited for
   * @returns whether it had to be: what is known of the session is old then
   */
  async take(id: string, signal: AbortSignal, wait: () => void): Promise<boolean> {
    if (await this.tryTake(id)) return false;
    wait();
    this.keep(id, await this.tabs?.hold(id, signal));
    return true;
  }

  release(): void {
    this.held?.release();
    this.held = undefined;
  }

  private async request(id: string): Promise<boolean> {
    if (this.holds(id)) return true;
    this.release();
    return this.keep(id, this.tabs ? await this.tabs.hold(id) : () => undefined);
  }

  private keep(id: string, release: (() => void) | undefined): boolean {
    if (release) this.held = { id, release };
    return release !== undefined;
  }
}
