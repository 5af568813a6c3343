import type { Queue, QueueObserver } from '../core/queue';
import { Speeds } from '../core/speeds';
import type { Upload, UploadState } from '../core/upload';
import { Announcer } from './announcer';
import { onColours } from './colours';
import { hook, part, setHidden } from './elements';
import type { HandOver } from './hand-over';
import { OverallView } from './overall-view';
import type { Question } from './question';
import { UploadRow } from './upload-row';
import { VirtualList } from './virtual-list';

const tick = 500;

/** The list of uploads on the page. What is known of them is not kept here: rows come and go as the page is scrolled. */
export class Panel implements QueueObserver {
  private readonly states = new WeakMap<Upload, UploadState>();
  private readonly dirty = new Set<Upload>();
  private readonly speeds = new Speeds();
  private readonly list: VirtualList<Upload>;
  private readonly announcer: Announcer;
  private readonly overall: OverallView;
  private readonly opened = new WeakSet<Upload>();
  private onlyFailed = false;
  private isListDirty = false;
  private scheduled = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly queue: Queue,
    private readonly handOver: HandOver,
    private readonly question: Question,
  ) {
    this.announcer = new Announcer(root);
    this.overall = new OverallView(root, queue);
    const createRow = (upload: Upload) => this.createRow(upload);
    this.list = new VirtualList(part(root, 'upload-list'), createRow, () => {
      this.relist();
    });
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
      if (isOver(upload) || state === 'cancelling') this.handOver.close(upload);
      if (isOver(upload)) this.question.close(upload);
      if (this.onlyFailed) this.relist();
    }
    if (!this.list.row(upload)) return;
    this.dirty.add(upload);
    this.schedule();
  }

  removed(upload: Upload): void {
    this.dirty.delete(upload);
    const element = this.list.row(upload)?.element;
    const hadFocus = element?.contains(document.activeElement) === true;
    const next = element?.nextElementSibling ?? null;
    this.list.remove(upload);
    this.relist();
    if (hadFocus) this.focusOn(next);
  }

  private listen(): void {
    const onlyFailed = hook(this.root, 'only-failed', HTMLButtonElement);
    onlyFailed.addEventListener('click', () => {
      this.onlyFailed = !this.onlyFailed;
      onlyFailed.setAttribute('aria-pressed', String(this.onlyFailed));
      this.relist();
    });
    hook(this.root, 'clear-finished', HTMLButtonElement).addEventListener('click', () => {
      for (const upload of this.queue.uploads)
        if (isOver(upload)) this.queue.remove(upload);
    });
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
    (button ?? hook(this.root, 'file-input', HTMLInputElement)).focus();
  }

  /** Speed falls while nothing arrives, too. */
  private age(): void {
    this.speeds.sample(performance.now(), navigator.onLine ? this.queue.running : []);
    for (const upload of this.queue.running) this.changed(upload);
    this.overall.render(performance.now());
  }

  private relist(): void {
    this.isListDirty = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.draw();
    });
  }

  private draw(): void {
    if (this.isListDirty) {
      this.isListDirty = false;
      const all = [...this.queue.uploads];
      setHidden(part(this.root, 'uploads'), all.length === 0);
      this.list.show(this.onlyFailed ? all.filter(isFailed) : all);
      this.overall.render(performance.now());
    }
    for (const upload of this.dirty) (this.list.row(upload) as UploadRow | undefined)?.render();
    this.dirty.clear();
  }
}

function isOver({ state }: Upload): boolean {
  return state === 'done' || state === 'cancelled' || state === 'moved';
}

function isFailed({ state }: Upload): boolean {
  return state === 'failed' || state === 'conflict';
}
