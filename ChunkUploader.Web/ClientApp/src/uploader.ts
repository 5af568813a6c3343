import { type Api, type ServerLimits, type Session, createApi } from './api/api';
import { applicationAt } from './api/application';
import { StoredLimit } from './upload/limit-memory';
import { type Overall, overallOf } from './queue/overall';
import { storedOwner } from './api/owner';
import type { PickedFile } from './upload/picked-file';
import { Queue } from './queue/queue';
import { BrowserTabs } from './upload/tabs';
import { readResumeLink, takeOver } from './upload/take-over';
import type { Upload } from './upload/upload';
import { WorkerHasher } from './hashing/hasher';
import { openWorker } from './hashing/open-worker';

export type { ServerLimits, Session, StoredFile } from './api/api';
export type { PickedFile } from './upload/picked-file';
export type { Overall } from './queue/overall';
export type { Upload } from './upload/upload';
export type { UploadState } from './upload/upload-state';
export { speak } from './texts/texts';

export interface UploaderOptions {
  /** The address of the server's application. Default: where this module comes from. */
  readonly base?: string;
  /**
   * The address of `hasher.worker.js`. Default: beside this module. A page whose Content-Security-Policy forbids workers
   * of `blob:` needs one of its own origin.
   */
  readonly worker?: string;
  /**
   * Whose uploads they are: a secret of 22 to 64 letters, digits, `-` or `_`, at least 128 random bits. Default: a
   * random one that is kept in `localStorage`. Null: none is sent, and they are those of the visitor whom a page of the
   * server has given a cookie.
   */
  readonly owner?: string | null;
  /** The most that all files together may send. Default 0: as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** What the server takes. Default: it is asked. */
  readonly limits?: ServerLimits;
}

/** What happens to uploads, and what is told of it. */
export interface UploaderEvents {
  /** It is in the queue. */
  added: Upload;
  /** Its state or its bytes changed; many times a second while it runs. */
  changed: Upload;
  /** It is stored: `upload.result` has its addresses. */
  done: Upload;
  /** It ended otherwise, or cannot go on without a person: `upload.state`, `upload.message`. */
  failed: Upload;
  /** It is not in the queue any more. */
  removed: Upload;
  /** Nothing is left to do. */
  idle: Overall;
}

/**
 * Uploads files in chunks: resumed where they stopped, verified, in parallel, on bad networks too. It shows nothing.
 *
 *     const uploader = new Uploader();
 *     uploader.on('done', upload => console.log(upload.result.url));
 *     uploader.add(input.files);
 */
export class Uploader {
  /** What runs the uploads. */
  readonly queue: Queue;
  readonly api: Api;
  private readonly handlers = new Map<keyof UploaderEvents, Set<(value: never) => void>>();

  constructor({ base, worker, owner, bytesPerSecond = 0, limits }: UploaderOptions = {}) {
    const at = worker ?? new URL('hasher.worker.js', import.meta.url).href;
    const hasher = new WorkerHasher(() => openWorker(at));
    hasher.warmUp();
    const application = applicationAt(base ?? new URL('..', import.meta.url).href);
    const { origin } = application;
    this.api = createApi(application, owner === null ? undefined : owner ?? storedOwner(origin));
    this.queue = new Queue({ api: this.api, hasher, tabs: new BrowserTabs() }, new StoredLimit(origin));
    this.bytesPerSecond = bytesPerSecond;
    if (limits) this.queue.limits.learn(limits);
    // Where it does not say, it refuses what is too large when that comes.
    else this.queue.holdUntil(this.api.limits().then(learned => { this.queue.limits.learn(learned); }, () => undefined));
    this.queue.observe({
      added: upload => { this.tell('added', upload); },
      changed: upload => { this.changed(upload); },
      removed: upload => { this.tell('removed', upload); },
      idle: () => { this.tell('idle', this.overall); },
    });
  }

  /** All uploads of this page, in the order in which they were added, those that ended included. */
  get uploads(): readonly Upload[] {
    return [...this.queue.uploads];
  }

  /** All uploads as one. */
  get overall(): Overall {
    return overallOf(this.queue.uploads);
  }

  get bytesPerSecond(): number {
    return this.queue.limits.bytesPerSecond;
  }

  set bytesPerSecond(value: number) {
    this.queue.limits.bytesPerSecond = value;
  }

  /**
   * Puts files into the queue; they start by themselves. One that was stopped goes on where it was.
   *
   * @returns how many were left out, as they are under way already
   */
  add(files: Iterable<File | PickedFile>): number {
    return this.queue.add(Array.from(files, file => (file instanceof File ? { file } : file)));
  }

  /** Takes an upload that does not run off the list. */
  remove(upload: Upload): void {
    this.queue.remove(upload);
  }

  /** The uploads that this owner has begun and not ended, from this page or an earlier one; add their files. */
  unfinished(): Promise<readonly Session[]> {
    return this.api.list();
  }

  /**
   * Makes this page's owner that of an upload that was begun elsewhere. Add its file as `{ file, session }`, unless it
   * comes completed.
   *
   * @param url a session's `resumeUrl`, or the address that it leads to
   */
  takeOver(url: string): Promise<Session> {
    const link = readResumeLink(url);
    if (!link) throw new Error('The address is not that of an upload');
    return takeOver(this.api, link, { signal: new AbortController().signal });
  }

  /** @returns a function that ends it */
  on<E extends keyof UploaderEvents>(event: E, handler: (value: UploaderEvents[E]) => void): () => void {
    const handlers = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  private changed(upload: Upload): void {
    this.tell('changed', upload);
    if (upload.isRunning || upload.state === this.states.get(upload)) return;
    this.states.set(upload, upload.state);
    if (upload.state === 'done') this.tell('done', upload);
    if (['failed', 'conflict', 'moved'].includes(upload.state)) this.tell('failed', upload);
  }

  private readonly states = new WeakMap<Upload, string>();

  private tell<E extends keyof UploaderEvents>(event: E, value: UploaderEvents[E]): void {
    for (const handle of this.handlers.get(event) ?? [])
      try {
        (handle as (value: UploaderEvents[E]) => void)(value);
      } catch (error) {
        reportError(error); // it is theirs: the uploads go on
      }
  }
}
