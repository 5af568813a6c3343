import type { FileDigests } from '../hashing/hasher';
import { text } from '../texts/texts';
import type { Api, Session } from '../api/api';
import type { ChunkSet } from './chunks';
import type { KnownFiles } from './known-files';
import type { Limits } from './limits';
import type { Slots } from './slots';
import type { Traffic } from './traffic';
import type { WholeRequest } from './whole-request';

/** What an upload that runs is doing. */
export type Phase = 'elsewhere' | 'checking' | 'hashing' | 'comparing' | 'uploading' | 'verifying';

/** Places that all files share. */
export interface SharedSlots {
  /** Requests with bytes under way. */
  readonly sending: Slots;
  /** Chunks that are hashed ahead of their sending: what was just read is read again from memory by the browser. */
  readonly ahead: Slots;
}

/** Bytes, by how far they are; speed and percent are derived from these. */
export interface Counters {
  /** On the server. */
  acknowledged: number;
  /** On the server, by index; undefined until there is a session. */
  chunks?: ChunkSet;
  /** Of the chunks on their way, by index. */
  readonly inFlight: Map<number, number>;
  /** Hashed or compared before anything is sent, of `toRead`. */
  read: number;
  toRead: number;
}

/** One start of an upload, until it ends or is stopped: what the steps of the flow need and tell. */
export interface UploadContext {
  readonly file: File;
  readonly relativePath: string | undefined;
  readonly whole: WholeRequest;
  readonly api: Api;
  readonly digests: FileDigests;
  readonly slots: SharedSlots;
  readonly limits: Limits;
  readonly known: KnownFiles;
  readonly traffic: Traffic;
  readonly counters: Counters;
  /** Aborted by pause and cancel, and by the first step that fails. */
  readonly signal: AbortSignal;
  /** The session of an earlier start, with what is known of it. */
  readonly session: Session | undefined;
  enter(phase: Phase): void;
  /** After the counters changed. */
  moved(): void;
  remember(session: Session): Session;
  /**
   * Waits until no other tab sends to the session, or is about to cancel it.
   *
   * @returns whether it had to wait: what is known of the session is old then
   */
  lock(session: Session): Promise<boolean>;
  /** A chunk is on the server. */
  received(index: number, bytes: number): void;
  /** Whether the bytes that the session holds are known to be this file's. */
  isOurs(session: Session): boolean;
  markOurs(session: Session): void;
  /** Asks the server, again and again where that can help; `alive` ends the state "reconnecting" before the answer. */
  call<T>(request: (alive: () => void) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Ends this start with an error. */
  fail(error: unknown): void;
}

/** What the server holds under this name are the bytes of another file. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';

  constructor() {
    super(text('otherFile'));
  }
}
