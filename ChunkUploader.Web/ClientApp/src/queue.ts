import type { PickedFile } from './dropped';
import { Slots } from './slots';
import { Upload, type UploadServices } from './upload';

/** All files share this many requests, of the six that browsers allow to one server. */
const parallelChunks = 3;
/** Files under way at a time: thousands may wait, each costs no more than its place in the list. */
const parallelFiles = 3;

export interface QueueObserver {
  added(upload: Upload): void;
  changed(upload: Upload): void;
  removed(upload: Upload): void;
}

/** All files of this page, started in the order in which they came. */
export class Queue {
  readonly uploads = new Set<Upload>();
  private readonly waiting = new Set<Upload>();
  private readonly running = new Set<Upload>();
  private readonly observers: QueueObserver[] = [];
  private readonly services: UploadServices;

  constructor(services: Omit<UploadServices, 'slots'>, private readonly limit = parallelFiles) {
    const slots = { sending: new Slots(parallelChunks), memory: new Slots(parallelChunks + 1) };
    this.services = { ...services, slots };
  }

  observe(observer: QueueObserver): void {
    this.observers.push(observer);
  }

  /**
   * A file that is picked again takes the place of its stopped upload: what was sent is compared and kept. While its
   * upload waits or runs it is left out, as no chunk shall go up twice.
   */
  add(files: Iterable<PickedFile>): void {
    const uploads = [...this.uploads];
    const stopped = new Map(uploads.filter(isStopped).map(upload => [keyOf(upload), upload]));
    const active = new Set(uploads.filter(isActive).map(versionOf));
    for (const { file, relativePath } of files) {
      const upload = new Upload(file, this.services, relativePath);
      if (active.has(versionOf(upload))) continue;
      active.add(versionOf(upload));
      const before = stopped.get(keyOf(upload));
      if (before) this.remove(before);
      upload.onChange = () => {
        this.changed(upload);
      };
      this.uploads.add(upload);
      for (const observer of this.observers) observer.added(upload);
      this.changed(upload);
    }
  }

  /** Takes an upload that does not run off the list; the server keeps what it has of it. */
  remove(upload: Upload): void {
    if (upload.isRunning || !this.uploads.delete(upload)) return;
    this.waiting.delete(upload);
    upload.close();
    for (const observer of this.observers) observer.removed(upload);
  }

  /** Whether leaving the page would interrupt something. */
  get isBusy(): boolean {
    return this.running.size > 0 || this.waiting.size > 0;
  }

  private changed(upload: Upload): void {
    if (upload.state === 'waiting') this.waiting.add(upload);
    else this.waiting.delete(upload);
    for (const observer of this.observers) observer.changed(upload);
    this.startNext();
  }

  private startNext(): void {
    for (const upload of this.waiting) {
      if (this.running.size >= this.limit) return;
      if (this.running.has(upload)) continue; // stopped and wanted again, but its old requests still end
      this.waiting.delete(upload);
      this.running.add(upload);
      void upload.run().finally(() => {
        this.running.delete(upload);
        this.startNext();
      });
    }
  }
}

function isStopped({ state }: Upload): boolean {
  return state === 'paused' || state === 'failed' || state === 'cancelled';
}

function isActive({ state, isRunning }: Upload): boolean {
  return state === 'waiting' || isRunning;
}

/** What the server calls the same file, as far as the page can tell. */
function keyOf({ file, relativePath = '' }: Upload): string {
  return JSON.stringify([file.name, file.size, relativePath]);
}

function versionOf(upload: Upload): string {
  return `${keyOf(upload)} ${upload.file.lastModified}`;
}
