import { blockSize } from '../hashing/digester';
import type { FileDigests } from '../hashing/hasher';
import type { Session, StoredFile } from '../api/api';
import { ChunkTooSlowError } from './send-with-retry';
import { RetryingCalls } from '../api/retrying-calls';
import { recount } from './chunks';
import { claim, tell } from './claim';
import { Delayed } from './delayed';
import { discard } from './discard';
import { uploadFile } from './upload-flow';
import { ApiError } from '../api/http';
import { StoppedError, isTooLarge, outcomeOf } from './outcome';
import type { PickedFile } from './picked-file';
import type { Counters, UploadContext } from './upload-context';
import { SessionLock } from './session-lock';
import { reclaim } from './take-over';
import { type UploadServices, type UploadState, isRunning } from './upload-state';
import { WholeRequest } from './whole-request';

export type { UploadServices, UploadState } from './upload-state';

/** From 64 MiB down to the smallest chunk there is. */
const shrinksInTurn = 5;

/** One file on its way: its state, what can be done with it, and what is remembered from one start to the next. */
export class Upload {
  readonly counters: Counters = { acknowledged: 0, inFlight: new Map(), read: 0, toRead: 0 };
  readonly whole = new WholeRequest();
  session: Session | undefined;
  result: StoredFile | undefined;
  /** Why it failed or reconnects, for people. */
  message = '';
  /** Whether it has failed in a way that trying again does not help. */
  isFinal = false;
  onChange: (() => void) | undefined;

  private current: UploadState = 'waiting';
  /** What undoing goes back to. */
  private before: UploadState = 'waiting';
  private readonly cancelling = new Delayed(() => void this.cancel(), () => {
    this.leave();
  });
  /** While it runs, and while it is about to be cancelled. */
  private readonly lock: SessionLock;
  private digests: FileDigests | undefined;
  private ours: string | undefined;
  private discardSession = false;
  private isLost = false;
  private readonly calls = new RetryingCalls(reason => {
    this.message = reason;
    this.onChange?.();
  });
  private controller = new AbortController();
  private running: Promise<void> = Promise.resolve();

  readonly file: File;
  readonly relativePath?: string;
  /** By which the file is found again after a reload. */
  readonly handle?: FileSystemHandle;

  constructor(picked: PickedFile, private readonly services: UploadServices) {
    this.file = picked.file;
    this.lock = new SessionLock(services.tabs);
    if (picked.relativePath !== undefined) this.relativePath = picked.relativePath;
    if (picked.handle) this.handle = picked.handle;
    if (picked.session) this.session = picked.session;
  }

  get state(): UploadState {
    return this.isRunning && this.calls.isReconnecting ? 'reconnecting' : this.current;
  }

  get isRunning(): boolean {
    return isRunning(this.current);
  }

  /** Runs until the upload is done, stopped or failed; never rejects. Does nothing unless it is waiting. */
  run(): Promise<void> {
    if (this.current === 'waiting') this.running = this.start();
    return this.running;
  }

  pause(): void {
    if (this.isRunning || this.current === 'waiting') this.stop('paused');
  }

  resume(): void {
    if (this.current === 'paused') this.enter('waiting');
  }

  retry(): void {
    if (this.current === 'failed' && !this.isFinal) this.enter('waiting');
  }

  /** After a conflict: gives up what the server holds under this name, and begins anew. */
  startOver(): void {
    if (this.current !== 'conflict') return;
    this.discardSession = true;
    this.enter('waiting');
  }

  /** Stops at once, and cancels in 10 s unless that is undone; until then the server keeps what it has. */
  cancelSoon(): void {
    if (['done', 'cancelled', 'cancelling', 'moved'].includes(this.current)) return;
    this.before = this.isRunning ? 'waiting' : this.current;
    this.stop('cancelling');
    this.cancelling.start();
    void this.keepLock();
  }

  /** Goes on where it was when it was cancelled. */
  undo(): void {
    if (!this.cancelling.stop()) return;
    this.lock.release();
    this.enter(this.before);
  }

  /** Also removes what the server has of it, unless that may belong to another file or is a file by now. */
  async cancel(): Promise<void> {
    if (['done', 'cancelled', 'moved'].includes(this.current)) return;
    this.cancelling.stop();
    this.stop('cancelled');
    await this.running; // a begin under way still tells the session's id
    this.closeDigests();
    const ours = this.session?.id === this.ours ? this.session : undefined;
    const mayRemove = ours !== undefined && (await this.lock.tryTake(ours.id)); // another tab may have gone on with it
    const file = mayRemove ? await this.giveUp(ours, new AbortController().signal).catch(() => undefined) : undefined;
    this.forgetSession(); // where it could not be removed, it expires
    this.lock.release();
    if (file) this.finish(file);
    else this.onChange?.();
  }

  /** Frees what the hasher holds of it; a later start hashes again. What was to be cancelled soon is not. */
  close(): void {
    this.cancelling.stop();
    this.lock.release();
    this.closeDigests();
  }

  private closeDigests(): void {
    this.digests?.close();
    this.digests = undefined;
  }

  /** What is to be cancelled must not be gone on with by another tab; where one does, it is not to be cancelled. */
  private async keepLock(): Promise<void> {
    await this.running;
    if (this.current !== 'cancelling' || !this.session) return;
    const isFree = await this.lock.tryTake(this.session.id);
    if (this.state !== 'cancelling') this.lock.release();
    else if (!isFree) this.ours = undefined;
  }

  /** The page is left: what was to be cancelled soon is cancelled now, without waiting for an answer. */
  private leave(): void {
    const { session, ours } = this;
    if (session && session.id === ours && this.lock.holds(session.id)) this.services.api.cancelOnLeave(session.id);
    this.forgetSession();
    this.close();
    this.enter('cancelled');
  }

  private stop(state: 'paused' | 'cancelling' | 'cancelled'): void {
    this.enter(state);
    this.controller.abort(new StoppedError());
  }

  private async start(): Promise<void> {
    const { signal } = (this.controller = new AbortController());
    this.enter('checking');
    try {
      const claimed = await claim(this, this.services, signal, acknowledged => {
        this.counters.acknowledged = acknowledged;
        this.enter('elsewhere');
      });
      if (typeof claimed === 'object') this.finish(claimed);
      else if (signal.aborted) claimed();
      else await this.attempt(true).finally(claimed);
    } catch (error) {
      if (!signal.aborted) this.settle(error);
    } finally {
      if (this.state !== 'cancelling') this.lock.release();
    }
  }

  private async attempt(mayBeginAgain: boolean, mayShrink = shrinksInTurn): Promise<void> {
    const controller = (this.controller = new AbortController());
    this.message = '';
    try {
      if (this.isLost && this.session) this.session = await reclaim(this.services.api, this.session, controller.signal);
      if (this.discardSession && this.session) {
        await this.takeLock(this.session, controller.signal);
        await this.giveUp(this.session, controller.signal);
      }
      this.isLost = this.discardSession = false;
      this.digests ??= this.services.hasher.open(this.file);
      const file = await uploadFile(this.createUploadContext(controller, this.digests));
      tell(this, this.services, file);
      this.finish(file);
    } catch (error) {
      const cause: unknown = controller.signal.aborted ? controller.signal.reason : error;
      if (cause instanceof StoppedError) return;
      if (mayBeginAgain && ApiError.hasCode(cause, 'upload-not-found')) {
        this.isLost = true;
        await this.attempt(false, mayShrink);
        return;
      }
      // The session's plan holds for good: with smaller chunks it is another one.
      if (mayShrink > 0 && this.hasShrunk(cause)) {
        this.discardSession = true;
        await this.attempt(mayBeginAgain, mayShrink - 1);
        return;
      }
      this.settle(cause);
    }
  }

  /** Whether chunks are smaller from now on, as those of this size do not get through. */
  private hasShrunk(cause: unknown): boolean {
    const { session, file, services } = this;
    const isTooMuch = cause instanceof ChunkTooSlowError || isTooLarge(cause);
    return isTooMuch && services.limits.shrink(session?.chunkSize ?? file.size);
  }

  private finish(result: StoredFile): void {
    this.result = result;
    this.close();
    this.enter('done');
  }

  private settle(error: unknown): void {
    const { state, message, keepDigests, discardSession, isFinal } = outcomeOf(error);
    this.message = message;
    this.isFinal = isFinal;
    if (state === 'moved') this.forgetSession();
    this.discardSession = discardSession;
    // What is soon hashed again costs memory for nothing: of a refused file the hasher keeps the whole first block.
    if (!keepDigests || (this.digests?.position ?? 0) <= blockSize) this.close();
    this.enter(state);
  }

  /** One start of it. It changes nothing any more once it is stopped. */
  private createUploadContext(controller: AbortController, digests: FileDigests): UploadContext {
    const { signal } = controller;
    const { services, file, relativePath, counters, session, whole } = this;
    return {
      ...services,
      ...{ digests, file, relativePath, counters, session, whole, signal },
      enter: phase => {
        signal.throwIfAborted();
        this.enter(phase);
      },
      moved: () => this.onChange?.(),
      remember: found => this.remember(found),
      lock: found => this.takeLock(found, signal),
      received: (index, bytes) => {
        counters.chunks?.add(index);
        counters.acknowledged += bytes;
        tell(this, services);
        this.onChange?.();
      },
      isOurs: found => this.ours === found.id,
      markOurs: found => {
        this.ours = found.id;
      },
      call: (request, until = signal) => this.calls.make(request, until),
      fail: error => {
        controller.abort(error);
      },
    };
  }

  private takeLock({ id }: Session, signal: AbortSignal): Promise<boolean> {
    return this.lock.take(id, signal, () => {
      if (!signal.aborted) this.enter('elsewhere');
    });
  }

  private remember(session: Session): Session {
    this.session = session;
    if (session.receivedCount === 0) this.ours = session.id;
    recount(this.counters, session);
    this.onChange?.();
    return session;
  }

  private async giveUp({ id }: Session, signal: AbortSignal): Promise<StoredFile | undefined> {
    const file = await discard(this.services.api, id, signal, this.counters.acknowledged >= this.file.size);
    this.forgetSession();
    return file;
  }

  private forgetSession(): void {
    this.session = undefined;
    this.counters.acknowledged = 0;
    delete this.counters.chunks;
  }

  private enter(state: UploadState): void {
    this.current = state;
    this.onChange?.();
  }
}
