import { Announcer } from './announcer';
import { hook, part, setHidden } from './elements';
import type { Queue, QueueObserver } from './queue';
import type { Upload } from './upload';
import { UploadRow } from './upload-row';

/** Thousands of files at once must not freeze the page: rows are made and drawn a few a frame. */
const rowsPerFrame = 60;
const tick = 1000;

/** The list of uploads on the page. */
export class Panel implements QueueObserver {
  private readonly rows = new Map<Upload, UploadRow>();
  private readonly dirty = new Set<Upload>();
  private readonly list: HTMLElement;
  private readonly announcer: Announcer;
  private scheduled = false;

  constructor(private readonly root: HTMLElement, private readonly queue: Queue) {
    this.list = part(root, 'upload-list');
    this.announcer = new Announcer(root);
    queue.observe(this);
    setInterval(() => {
      this.age();
    }, tick);
  }

  added(upload: Upload): void {
    this.changed(upload);
  }

  changed(upload: Upload): void {
    if (!this.queue.uploads.has(upload)) return; // a row that is gone stays away, though its cancelling still ends
    this.dirty.add(upload);
    this.schedule();
  }

  removed(upload: Upload): void {
    this.dirty.delete(upload);
    const row = this.rows.get(upload);
    if (!row) return;
    const hadFocus = row.element.contains(document.activeElement);
    const next = row.element.nextElementSibling;
    row.remove();
    this.rows.delete(upload);
    if (hadFocus) this.focusOn(next);
    setHidden(part(this.root, 'uploads'), this.rows.size === 0);
  }

  /** Who dismisses rows by keyboard goes on with the next one. */
  private focusOn(row: Element | null): void {
    const button = row?.querySelector<HTMLElement>('.row-actions > button:not([hidden])');
    (button ?? hook(this.root, 'file-input', HTMLInputElement)).focus();
  }

  /** Speed falls while nothing arrives, too. */
  private age(): void {
    for (const upload of this.queue.uploads) if (upload.isRunning) this.changed(upload);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(now => {
      this.scheduled = false;
      this.draw(now);
    });
  }

  private draw(now: number): void {
    let drawn = 0;
    for (const upload of this.dirty) {
      if (drawn++ === rowsPerFrame) break;
      this.dirty.delete(upload);
      this.drawRow(upload, now);
    }
    setHidden(part(this.root, 'uploads'), this.rows.size === 0);
    if (this.dirty.size > 0) this.schedule();
  }

  private drawRow(upload: Upload, now: number): void {
    let row = this.rows.get(upload);
    if (!row) {
      row = new UploadRow(this.root, upload, () => {
        this.queue.remove(upload);
      });
      this.rows.set(upload, row);
      this.list.append(row.element);
    }
    const before = row.element.dataset.state;
    row.render(now);
    if (before !== upload.state) this.announcer.entered(upload);
  }
}
