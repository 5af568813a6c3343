import type { Api, Session } from '../api/api';
import { receivedBytes } from '../upload/chunks';
import { Delayed } from '../upload/delayed';
import { type PickedFile, pickedFile } from '../upload/picked-file';
import type { Queue, QueueObserver } from '../queue/queue';
import { withRetries } from '../api/retry';
import type { Tabs } from '../upload/tabs';
import type { Upload } from '../upload/upload';
import { text } from '../texts/texts';
import { endOf } from './announcer';
import { action, part, setHidden, setText } from './elements';
import type { HandOver } from './hand-over';
import { type KeptFile, KeptFiles, Keeping, askPermission, isPermitted, openKept } from './handles';
import type { Question } from './question';
import { UnfinishedRow } from './unfinished-row';

/** What the list asks of the page. */
export interface UnfinishedHost {
  /** Asks the person for a file. */
  readonly pickOne: () => Promise<PickedFile | undefined>;
  readonly handOver: Pick<HandOver, 'show'>;
  readonly question: Pick<Question, 'maySpend' | 'close'>;
  readonly tabs: Pick<Tabs, 'hold'>;
}

/** What is cancelled unless that is undone. */
interface Cancelling {
  readonly delayed: Delayed;
  /** Until then no other tab can go on with it: it would be cancelled under it. */
  readonly release: () => void;
}

/** The visitor's open uploads that no row of this page has taken up yet. */
export class UnfinishedList implements QueueObserver {
  private readonly keeping: Keeping;
  private readonly rows = new Map<string, UnfinishedRow>();
  /** By id. */
  private readonly cancelling = new Map<string, Cancelling>();
  private readonly atHand = new WeakMap<UnfinishedRow, { readonly session: Session; readonly kept: KeptFile }>();
  /** Those that came from another device, the last one first; their files may be called or dated otherwise here. */
  private carried: readonly Session[] = [];
  private listed: readonly Session[] = [];
  private readonly list: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private refreshing = new AbortController();

  constructor(
    private readonly root: HTMLElement,
    private readonly api: Api,
    private readonly queue: Queue,
    private readonly host: UnfinishedHost,
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

  /** Puts an upload that was taken over on top, and asks for its file. */
  async carry(session: Session): Promise<void> {
    this.carried = [session, ...this.carried.filter(({ id }) => id !== session.id)];
    this.show(this.listed);
    setText(part(this.root, 'announcement'), text('carried'));
    await this.refresh();
    this.rows.get(session.id)?.focus();
  }

  /** Files that come in another way than by their row's button, such as a drop, continue what was carried here, too. */
  attach(files: readonly PickedFile[]): PickedFile[] {
    for (const { file } of files) this.undoFor(file);
    return files.map(picked => {
      const { file, session, relativePath } = picked;
      const match = this.carried.find(({ fileName, size }) => fileName === file.name && size === file.size);
      return match && !session && relativePath === undefined ? continuing(match, picked) : picked;
    });
  }

  private show(sessions: readonly Session[]): void {
    this.listed = sessions;
    const taken = new Set(Array.from(this.queue.uploads, upload => upload.session?.id));
    const carried = new Set(this.carried.map(({ id }) => id));
    const all = [...this.carried, ...sessions.filter(({ id }) => !carried.has(id))];
    const before = new Map(this.rows);
    this.rows.clear();
    for (const session of all) {
      if (session.state === 'completed' || taken.has(session.id)) continue;
      const row = this.cancelling.has(session.id) ? before.get(session.id) : undefined;
      if (row) this.rows.set(session.id, row);
      else this.addRow(session, carried.has(session.id));
    }
    for (const id of this.cancelling.keys()) if (!this.rows.has(id)) this.forget(id);
    const focused = document.activeElement;
    this.list.replaceChildren(...Array.from(this.rows.values(), ({ element }) => element));
    if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus({ preventScroll: true });
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

  private addRow(session: Session, isCarried: boolean): void {
    const row = new UnfinishedRow(this.root, session, {
      goOn: () => void this.goOn(session),
      cancel: () => void this.cancel(session, row),
      undo: () => {
        this.undo(session.id);
      },
      handOver: () => {
        this.host.handOver.show(session);
      },
    });
    this.rows.set(session.id, row);
    if (isCarried) row.invite();
    void this.kept.get(session.id).then(async found => {
      if (!found || this.rows.get(session.id) !== row || this.cancelling.has(session.id)) return;
      this.atHand.set(row, { session, kept: found });
      row.offer();
      // Where that was allowed for good, no one has to click either.
      if (await isPermitted(found)) await this.open(session, found);
    });
  }

  /** Whoever allows one file of a folder has allowed all of them. */
  private async goOn(session: Session): Promise<void> {
    const row = this.rows.get(session.id);
    const kept = row && this.atHand.get(row)?.kept;
    if (!kept) {
      await this.pick(session);
      return;
    }
    await askPermission(kept);
    await this.open(session, kept);
    for (const other of this.rows.values()) {
      const found = this.atHand.get(other);
      if (found && !this.cancelling.has(found.session.id) && (await isPermitted(found.kept))) await this.open(found.session, found.kept);
    }
  }

  private async pick(session: Session): Promise<void> {
    const picked = await this.host.pickOne();
    if (!picked) return;
    if (picked.file.size === session.size) this.queue.add([continuing(session, picked)]);
    else this.rows.get(session.id)?.complain(text('otherSize'));
  }

  private async open(session: Session, kept: KeptFile): Promise<void> {
    const file = await openKept(kept);
    const row = this.rows.get(session.id);
    if (!row) return; // it was taken up meanwhile
    const lastModified = kept.lastModified ?? session.lastModified ?? file?.lastModified;
    if (file?.size === session.size && file.lastModified === lastModified) {
      this.queue.add([continuing(session, { file, handle: kept.handle })]);
      return;
    }
    this.atHand.delete(row);
    await this.kept.forget(session.id);
    row.complain(file ? text('changedSince') : text('goneSince'));
  }

  private async cancel(session: Session, row: UnfinishedRow): Promise<void> {
    const { id, fileName } = session;
    const isAllowed = await this.host.question.maySpend(row, fileName, receivedBytes(session));
    const release = isAllowed ? await this.host.tabs.hold(id) : undefined;
    if (!isAllowed || this.rows.get(id) !== row || this.cancelling.has(id)) {
      release?.();
      return;
    }
    if (!release) {
      row.complain(text('inOtherTab'));
      return;
    }
    const delayed = new Delayed(() => void this.end(id, row), () => {
      this.api.cancelOnLeave(id);
      this.drop(id);
    });
    this.cancelling.set(id, { delayed, release });
    delayed.start();
    row.isCancelled = true;
    setText(part(this.root, 'announcement'), endOf(fileName, 'cancelling', text('undoHint')));
  }

  private undo(id: string): void {
    if (!this.cancelling.get(id)?.delayed.stop()) return;
    this.forget(id);
    const row = this.rows.get(id);
    if (row) row.isCancelled = false;
  }

  /** Whoever picks a file after all wants it: its session must not be cancelled under it. */
  private undoFor({ name, size }: File): void {
    for (const session of [...this.carried, ...this.listed])
      if (session.fileName === name && session.size === size) this.undo(session.id);
  }

  private async end(id: string, row: UnfinishedRow): Promise<void> {
    row.stopUndoing();
    try {
      await this.api.cancel(id);
      this.drop(id);
    } catch (error) {
      this.forget(id);
      row.isCancelled = false;
      row.complain(error instanceof Error ? error.message : String(error));
    }
  }

  private forget(id: string): void {
    const { delayed, release } = this.cancelling.get(id) ?? {};
    delayed?.stop();
    release?.();
    this.cancelling.delete(id);
  }

  private drop(id: string): void {
    const row = this.rows.get(id);
    if (row) this.host.question.close(row);
    this.forget(id);
    this.carried = this.carried.filter(session => session.id !== id);
    const element = this.rows.get(id)?.element;
    const next = element?.nextElementSibling?.querySelector('button') ?? action(this.root, 'choose-files', HTMLInputElement);
    if (element?.contains(document.activeElement) === true) next.focus();
    element?.remove();
    if (this.rows.delete(id)) this.showOrHide();
  }

  private showOrHide(): void {
    setHidden(part(this.root, 'unfinished'), this.rows.size === 0);
  }
}

/** The file as the next part of a session, under the session's path. */
function continuing(session: Session, { file, handle }: PickedFile): PickedFile {
  return { ...pickedFile(file, session.relativePath ?? ''), ...(handle ? { handle } : {}), session };
}
