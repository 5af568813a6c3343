import type { Api, Session } from './api';
import { find, hook, instantiate, part, setHidden, setText } from './elements';
import { extensionOf, formatBytes } from './format';
import type { Queue, QueueObserver } from './queue';
import { withRetries } from './retry';
import type { Upload } from './upload';

/** The visitor's open uploads that no row of this page has taken up yet. */
export class UnfinishedList implements QueueObserver {
  private readonly rows = new Map<string, HTMLElement>();
  private readonly list: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private refreshing = new AbortController();

  constructor(
    private readonly root: HTMLElement,
    private readonly api: Api,
    private readonly queue: Queue,
    private readonly pickFile: () => void,
  ) {
    this.list = part(root, 'unfinished-list');
    queue.observe(this);
  }

  /** Never rejects: without an answer the list stays as it is, and files that are picked find their sessions anyway. */
  async refresh(): Promise<void> {
    this.refreshing.abort();
    const { signal } = (this.refreshing = new AbortController());
    const sessions = await withRetries(() => this.api.list(), { signal }).catch(() => undefined);
    if (sessions && !signal.aborted) this.show(sessions);
  }

  private show(sessions: readonly Session[]): void {
    const taken = new Set(Array.from(this.queue.uploads, upload => upload.session?.id));
    const open = sessions.filter(session => session.state !== 'completed' && !taken.has(session.id));
    this.rows.clear();
    for (const session of open) this.rows.set(session.id, this.createRow(session));
    this.list.replaceChildren(...this.rows.values());
    this.showOrHide();
  }

  added(): void {
    // Which session a file continues is known when the server has answered.
  }

  changed({ session, state }: Upload): void {
    if (session) this.drop(session.id);
    else if (state === 'cancelled') this.refreshSoon();
  }

  removed(): void {
    this.refreshSoon();
  }

  /** Many uploads may leave at once; one look at the server does for all. */
  private refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), 300);
  }

  private createRow(session: Session): HTMLElement {
    const row = instantiate(this.root, 'unfinished');
    const { fileName, size, receivedCount, chunkCount } = session;
    const relativePath = session.relativePath ?? fileName;
    const fraction = chunkCount ? receivedCount / chunkCount : 0;
    const name = part(row, 'name');
    setText(name, relativePath);
    name.title = relativePath;
    setText(part(row, 'extension'), extensionOf(fileName));
    setText(part(row, 'size'), size == null ? '' : formatBytes(size));
    setText(hook(row, 'percent', HTMLElement), `${Math.floor(fraction * 100)}%`);
    const bar = find(row, 'progress', HTMLProgressElement);
    bar.value = fraction;
    bar.setAttribute('aria-label', `Received of ${fileName}`);
    hook(row, 'continue', HTMLButtonElement).addEventListener('click', this.pickFile);
    hook(row, 'cancel', HTMLButtonElement).addEventListener('click', event => {
      void this.cancel(session.id, row, event.currentTarget as HTMLButtonElement);
    });
    return row;
  }

  private async cancel(id: string, row: HTMLElement, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      await this.api.cancel(id);
      this.drop(id);
    } catch (error) {
      button.disabled = false;
      setText(part(row, 'message'), error instanceof Error ? error.message : String(error));
      setHidden(part(row, 'message'), false);
    }
  }

  private drop(id: string): void {
    this.rows.get(id)?.remove();
    if (this.rows.delete(id)) this.showOrHide();
  }

  private showOrHide(): void {
    setHidden(part(this.root, 'unfinished'), this.rows.size === 0);
  }
}
