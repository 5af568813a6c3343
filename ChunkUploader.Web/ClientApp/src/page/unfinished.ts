import type { Api, Session } from '../core/api';
import { pickedFile } from '../core/picked-file';
import type { Queue, QueueObserver } from '../core/queue';
import { withRetries } from '../core/retry';
import type { Upload } from '../core/upload';
import { extensionOf, formatBytes, formatPercent } from '../texts/format';
import { text } from '../texts/texts';
import { find, hook, instantiate, part, setHidden, setText } from './elements';
import { type KeptFile, KeptFiles, Keeping, askPermission, isPermitted } from './handles';

/** The visitor's open uploads that no row of this page has taken up yet. */
export class UnfinishedList implements QueueObserver {
  private readonly keeping: Keeping;
  private readonly rows = new Map<string, HTMLElement>();
  private readonly list: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private refreshing = new AbortController();

  constructor(
    private readonly root: HTMLElement,
    private readonly api: Api,
    private readonly queue: Queue,
    private readonly pickFile: () => void,
    private readonly kept = new KeptFiles(),
  ) {
    this.keeping = new Keeping(kept);
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

  changed(upload: Upload): void {
    const { session, state } = upload;
    this.keeping.changed(upload);
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
    setText(hook(row, 'percent', HTMLElement), formatPercent(Math.floor(fraction * 100)));
    const bar = find(row, 'progress', HTMLProgressElement);
    bar.value = fraction;
    bar.setAttribute('aria-label', text('receivedOf', { name: fileName }));
    const button = hook(row, 'continue', HTMLButtonElement);
    button.addEventListener('click', this.pickFile);
    void this.kept.get(session.id).then(kept => kept && this.offerKept(session, kept, button));
    hook(row, 'cancel', HTMLButtonElement).addEventListener('click', event => {
      void this.cancel(session.id, row, event.currentTarget as HTMLButtonElement);
    });
    return row;
  }

  /** The file is at hand: no one has to pick it again, and where that was allowed for good, no one has to click. */
  private async offerKept(session: Session, kept: KeptFile, button: HTMLButtonElement): Promise<void> {
    setText(button, text('goOn'));
    button.removeEventListener('click', this.pickFile);
    button.addEventListener('click', () => void askPermission(kept).then(() => this.goOn(session, kept)));
    if (await isPermitted(kept)) await this.goOn(session, kept);
  }

  private async goOn({ id, size, lastModified, relativePath }: Session, { handle }: KeptFile): Promise<void> {
    const file = await handle.getFile().catch(() => undefined);
    if (file?.size === size && (lastModified ?? file?.lastModified) === file?.lastModified && file) {
      this.queue.add([{ ...pickedFile(file, relativePath ?? ''), handle }]);
      return;
    }
    const row = this.rows.get(id);
    await this.kept.forget(id);
    if (row) this.complain(row, file ? text('changedSince') : text('goneSince'));
  }

  private complain(row: HTMLElement, message: string): void {
    setText(part(row, 'message'), message);
    setHidden(part(row, 'message'), false);
  }

  private async cancel(id: string, row: HTMLElement, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      await this.api.cancel(id);
      this.drop(id);
    } catch (error) {
      button.disabled = false;
      this.complain(row, error instanceof Error ? error.message : String(error));
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
