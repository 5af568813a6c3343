import type { Queue, QueueObserver } from '../queue/queue';
import { Speeds } from '../queue/speeds';
import type { Upload, UploadState } from '../upload/upload';
import { text } from '../texts/texts';
import { Announcer } from './announcer';
import { BulkActions } from './bulk-actions';
import { onColours } from './colours';
import { action, part, setHidden, setText } from './elements';
import type { HandOver } from './hand-over';
import { ListOrder, isFailed, isFinished } from './list-order';
import { OverallView } from './overall-view';
import type { Question } from './question';
import { Redraw } from './redraw';
import { UploadRow } from './upload-row';
import { VirtualList } from './virtual-list';

const tick = 500;
/** Of those that are finished, so many are seen without asking for more. */
const finishedShown = 5;

/** The list of uploads on the page. What is known of them is not kept here: rows come and go as the page is scrolled. */
export class Panel implements QueueObserver {
  private readonly states = new WeakMap<Upload, UploadState>();
  private readonly dirty = new Set<Upload>();
  private readonly speeds = new Speeds();
  private readonly list: VirtualList<Upload>;
  private readonly finishedList: VirtualList<Upload>;
  private readonly order = new ListOrder();
  /** In the order in which they ended. */
  private readonly finished = new Set<Upload>();
  private readonly bulk: BulkActions;
  private readonly announcer: Announcer;
  private readonly overall: OverallView;
  private readonly opened = new WeakSet<Upload>();
  private onlyFailed = false;
  private showsFinished = false;
  private readonly redraw = new Redraw(() => {
    this.draw();
  });
  private isListDirty = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly queue: Queue,
    private readonly handOver: HandOver,
    private readonly question: Question,
  ) {
    this.announcer = new Announcer(root);
    this.overall = new OverallView(root, queue);
    const createRow = (upload: Upload) => this.createRow(upload);
    this.list = new VirtualList(part(root, 'upload-list'), createRow);
    this.finishedList = new VirtualList(part(root, 'finished-list'), createRow);
    this.bulk = new BulkActions(root, queue, question);
    this.listen();
    onColours(() => {
      this.overall.drawGraph();
      for (const upload of queue.uploads) this.changed(upload);
    });
    queue.observe(this);
    setInterval(() => {
      this.age();
    }, tick);
  }

  added(upload: Upload): void {
    this.states.set(upload, upload.state);
    this.relist();
  }

  changed(upload: Upload): void {
    if (!this.queue.uploads.has(upload)) return; // a row that is gone stays away, though its cancelling still ends
    const { state } = upload;
    const before = this.states.get(upload);
    if (before !== state) {
      this.states.set(upload, state);
      if (before !== 'cancelling' || state !== 'cancelled') this.announcer.entered(upload); // that was told before
      if (isFinished(upload) || state === 'cancelling') this.handOver.close(upload);
      if (isFinished(upload)) this.question.close(upload);
      this.sortIn(upload);
      this.isListDirty = true;
      this.redraw.soon();
    }
    if (!this.rowOf(upload)) return;
    this.dirty.add(upload);
    this.redraw.soon();
  }

  removed(upload: Upload): void {
    this.dirty.delete(upload);
    this.finished.delete(upload);
    const element = this.rowOf(upload)?.element;
    const hadFocus = element?.contains(document.activeElement) === true;
    const next = element?.nextElementSibling ?? null;
    this.list.remove(upload);
    this.finishedList.remove(upload);
    this.relist();
    if (hadFocus) this.focusOn(next);
  }

  private listen(): void {
    const lists = new Redraw(() => {
      this.list.layOut();
      this.finishedList.layOut();
    });
    const onMoved = () => {
      lists.next();
    };
    window.addEventListener('scroll', onMoved, { passive: true });
    window.addEventListener('resize', onMoved);
    this.root.addEventListener('click', () => {
      this.redraw.next();
    });
    const onlyFailed = action(this.root, 'only-failed', HTMLButtonElement);
    onlyFailed.addEventListener('click', () => {
      this.onlyFailed = !this.onlyFailed;
      onlyFailed.setAttribute('aria-pressed', String(this.onlyFailed));
      this.relist();
    });
    action(this.root, 'clear-finished', HTMLButtonElement).addEventListener('click', () => {
      for (const upload of this.queue.uploads)
        if (isFinished(upload)) this.queue.remove(upload);
    });
    const showFinished = action(this.root, 'show-finished', HTMLButtonElement);
    showFinished.addEventListener('click', () => {
      this.showsFinished = !this.showsFinished;
      showFinished.setAttribute('aria-expanded', String(this.showsFinished));
      this.relist();
    });
  }

  private rowOf(upload: Upload): UploadRow | undefined {
    return (this.list.row(upload) ?? this.finishedList.row(upload)) as UploadRow | undefined;
  }

  private sortIn(upload: Upload): void {
    if (this.finished.has(upload) === isFinished(upload)) return;
    if (isFinished(upload)) {
      this.finished.add(upload);
      this.list.giveTo(this.finishedList, upload);
    } else {
      this.finished.delete(upload);
      this.finishedList.giveTo(this.list, upload);
    }
  }

  private createRow(upload: Upload): UploadRow {
    const row = new UploadRow(this.root, upload, this.speeds, {
      cancel: () => void this.cancel(upload),
      dismiss: () => {
        this.queue.remove(upload);
      },
      handOver: session => {
        this.handOver.show(session, upload);
      },
      resized: isOpen => {
        if (isOpen) this.opened.add(upload);
        else this.opened.delete(upload);
        this.relist();
      },
    });
    if (this.opened.has(upload)) row.showDetails(true);
    row.render();
    return row;
  }

  private async cancel(upload: Upload): Promise<void> {
    const { file, counters } = upload;
    if (await this.question.maySpend(upload, file.name, counters.acknowledged)) upload.cancelSoon();
  }

  /** Who dismisses rows by keyboard goes on with the next one. */
  private focusOn(row: Element | null): void {
    const button = row?.querySelector<HTMLElement>('.row-actions > button:not([hidden])');
    (button ?? action(this.root, 'choose-files', HTMLInputElement)).focus();
  }

  /** Speed falls while nothing arrives, too. */
  private age(): void {
    this.speeds.sample(performance.now(), navigator.onLine ? this.queue.running : []);
    for (const upload of this.queue.running) this.changed(upload);
    this.overall.render(performance.now());
    this.bulk.render();
  }

  private relist(): void {
    this.isListDirty = true;
    this.redraw.next();
  }

  private draw(): void {
    if (this.isListDirty) {
      this.isListDirty = false;
      this.relistNow();
    }
    for (const upload of this.dirty) this.rowOf(upload)?.render();
    this.dirty.clear();
  }

  private relistNow(): void {
    const { root, queue } = this;
    const active = this.order.sort(queue.uploads);
    const finished = this.onlyFailed ? [] : [...this.finished].reverse();
    setHidden(part(root, 'uploads'), queue.uploads.size === 0);
    root.classList.toggle('has-uploads', queue.uploads.size > 0);
    const restoreFocus = this.keepFocus();
    setHidden(part(root, 'upload-list'), active.length === 0);
    this.list.show(this.onlyFailed ? active.filter(isFailed) : active);
    setHidden(part(root, 'finished'), finished.length === 0);
    setText(part(root, 'finished-count'), text('finished', { count: finished.length }));
    setHidden(action(root, 'show-finished', HTMLButtonElement), finished.length <= finishedShown);
    this.finishedList.show(this.showsFinished ? finished : finished.slice(0, finishedShown));
    restoreFocus();
    this.overall.render(performance.now());
    this.bulk.render();
  }

  /** A row that moves to another place would lose the focus: its button there gets it, or the next one. */
  private keepFocus(): () => void {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement)) return () => undefined;
    const upload = Array.from(this.queue.uploads).find(upload => this.rowOf(upload)?.element.contains(focused));
    return () => {
      const row = upload && this.rowOf(upload)?.element;
      if (!row || document.activeElement === focused) return;
      const same = row.querySelector<HTMLElement>(`[data-action="${focused.dataset.action ?? ''}"]:not([hidden])`);
      (same ?? row.querySelector<HTMLElement>('.row-actions > :not([hidden])'))?.focus({ preventScroll: true });
    };
  }
}
