import { keyOf, versionOf } from '../upload/identity';
import { KnownFiles } from '../upload/known-files';
import type { LimitMemory } from '../upload/limit-memory';
import { Limits } from '../upload/limits';
import { Parallelism, most as mostRequests } from './parallelism';
import type { PickedFile } from '../upload/picked-file';
import { Slots } from '../upload/slots';
import { Traffic } from '../upload/traffic';
import { Upload, type UploadServices } from '../upload/upload';

/** Chunks that are hashed before their turn to be sent. */
const aheadOfSending = 8;
/** Files under way at a time: thousands may wait, each costs no more than its place in the list. */
const parallelLarge = 3;
/** Those of one request each: while some are sent, the next are hashed. */
const parallelSmall = 10;
const tick = 1000;

export interface QueueObserver {
  added(upload: Upload): void;
  changed(upload: Upload): void;
  removed(upload: Upload): void;
  /** Nothing is left to do. */
  idle?(): void;
}

/** All files of this page: the small ones first, and the large ones beside them. */
export class Queue {
  readonly uploads = new Set<Upload>();
  readonly running = new Set<Upload>();
  readonly limits: Limits;
  readonly traffic = new Traffic();
  private readonly waiting = { small: new Set<Upload>(), large: new Set<Upload>() };
  private readonly smallRunning = new Set<Upload>();
  private readonly observers: QueueObserver[] = [];
  private readonly parallelism = new Parallelism();
  private readonly slots = {
    sending: new Slots(this.parallelism.count, mostRequests),
    ahead: new Slots(aheadOfSending),
  };
  private readonly services: UploadServices;
  private timer: ReturnType<typeof setInterval> | undefined;
  private isHeld = false;

  /** @param memory of what earlier pages have learned of the way to the server */
  constructor(services: Pick<UploadServices, 'api' | 'hasher' | 'tabs'>, memory?: LimitMemory) {
    const limits = (this.limits = new Limits(memory));
    const { slots, traffic } = this;
    this.services = { ...services, slots, limits, traffic, known: new KnownFiles() };
  }

  observe(observer: QueueObserver): void {
    this.observers.push(observer);
  }

  /**
   * A file that is picked again takes the place of its stopped upload: what was sent is compared and kept. While its
   * upload waits or runs it is left out, as no chunk shall go up twice.
   *
   * @returns how many were left out
   */
  add(files: Iterable<PickedFile>): number {
    const uploads = [...this.uploads];
    const stopped = new Map(uploads.filter(isStopped).map(upload => [keyOf(upload), upload]));
    const active = new Set(uploads.filter(isActive).map(versionOf));
    let leftOut = 0;
    for (const picked of files) {
      const upload = new Upload(picked, this.services);
      const version = versionOf(upload);
      if (active.has(version)) {
        leftOut++;
        continue;
      }
      active.add(version);
      const before = stopped.get(keyOf(upload));
      if (before) this.remove(before);
      upload.onChange = () => {
        this.changed(upload);
      };
      this.uploads.add(upload);
      this.waitingFor(upload).add(upload);
      for (const observer of this.observers) observer.added(upload);
    }
    this.startNext();
    return leftOut;
  }

  /** Starts nothing before `known`, which tells how files may be sent. */
  holdUntil(known: Promise<void>): void {
    this.isHeld = true;
    void known.finally(() => {
      this.isHeld = false;
      for (const upload of this.uploads) {
        this.forget(upload);
        if (upload.state === 'waiting') this.waitingFor(upload).add(upload);
      }
      this.startNext();
    });
  }

  /** Takes an upload that does not run off the list; the server keeps what it has of it. */
  remove(upload: Upload): void {
    if (upload.isRunning || !this.uploads.delete(upload)) return;
    this.forget(upload);
    upload.close();
    for (const observer of this.observers) observer.removed(upload);
  }

  /** Whether leaving the page would interrupt something. */
  get isBusy(): boolean {
    const { small, large } = this.waiting;
    return this.running.size + small.size + large.size > 0;
  }

  private changed(upload: Upload): void {
    this.forget(upload);
    if (upload.state === 'waiting') this.waitingFor(upload).add(upload);
    for (const observer of this.observers) observer.changed(upload);
    if (upload.state === 'waiting') this.startNext();
  }

  private waitingFor(upload: Upload): Set<Upload> {
    return this.isSmall(upload) ? this.waiting.small : this.waiting.large;
  }

  private forget(upload: Upload): void {
    this.waiting.small.delete(upload);
    this.waiting.large.delete(upload);
  }

  private isSmall({ file }: Upload): boolean {
    return file.size <= this.limits.wholeFile;
  }

  private startNext(): void {
    if (this.isHeld) return;
    const { small, large } = this.waiting;
    this.start(small, () => this.smallRunning.size < parallelSmall);
    this.start(large, () => this.running.size - this.smallRunning.size < parallelLarge);
  }

  private start(waiting: Set<Upload>, isFree: () => boolean): void {
    for (const upload of waiting) {
      if (!isFree()) return;
      if (this.running.has(upload)) continue; // stopped and wanted again, but its old requests still end
      waiting.delete(upload);
      this.running.add(upload);
      if (waiting === this.waiting.small) this.smallRunning.add(upload);
      this.timer ??= setInterval(() => {
        this.adapt();
      }, tick);
      void upload.run().finally(() => {
        this.ended(upload);
      });
    }
  }

  private ended(upload: Upload): void {
    this.running.delete(upload);
    this.smallRunning.delete(upload);
    this.startNext();
    if (this.isBusy) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.parallelism.pause();
    for (const observer of this.observers) observer.idle?.();
  }

  private adapt(): void {
    const { parallelism, slots, traffic } = this;
    if (slots.sending.isCrowded) parallelism.observe({ time: performance.now(), total: traffic.total, failures: traffic.failures });
    else parallelism.pause();
    slots.sending.limit = parallelism.count;
  }
}

function isStopped({ state }: Upload): boolean {
  return ['paused', 'failed', 'cancelling', 'cancelled', 'moved'].includes(state);
}

function isActive({ state, isRunning }: Upload): boolean {
  return state === 'waiting' || isRunning;
}
