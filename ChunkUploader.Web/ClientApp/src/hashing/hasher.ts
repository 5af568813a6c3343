import type { Challenge, Digests } from '../api/api';
import { FileChangedError } from './file-changed';
import type { WholeDigests } from './digester';

/**
 * The digests of one file, computed elsewhere. Calls of one file must not overlap, `confirm` apart. See Digester for
 * what each does.
 */
export interface FileDigests {
  readonly position: number;
  block(index: number): Promise<string>;
  chunk(offset: number, length: number): Promise<readonly string[]>;
  advance(end: number): Promise<void>;
  finish(): Promise<Digests>;
  whole(): Promise<WholeDigests>;
  confirm(offset: number, length: number, sha256: readonly string[]): Promise<void>;
  answer(challenge: Challenge): Promise<string>;
  close(): void;
}

export interface Hasher {
  open(file: File): FileDigests;
}

type Action =
  | { readonly action: 'close' }
  | { readonly action: 'block'; readonly index: number }
  | { readonly action: 'chunk'; readonly offset: number; readonly length: number }
  | { readonly action: 'advance'; readonly end: number }
  | { readonly action: 'finish' }
  | { readonly action: 'whole' }
  | { readonly action: 'confirm'; readonly offset: number; readonly length: number; readonly sha256: readonly string[] }
  | { readonly action: 'answer'; readonly challenge: Challenge };

export type Request = Action & {
  readonly call: number;
  readonly file: number;
  /** With the first question about it. */
  readonly source?: File;
};

export interface Reply {
  readonly call: number;
  readonly position?: number;
  readonly text?: string;
  readonly sha256?: readonly string[];
  readonly digests?: Digests;
  readonly whole?: WholeDigests;
  /** `changed`: the file is not what it was; anything else is a bug. */
  readonly error?: string;
}

const stopped = 'The hash worker stopped';

interface Call {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** The page's side of the hash worker. One worker serves all files, a chunk at a time. */
export class WorkerHasher implements Hasher {
  private worker: Worker | undefined;
  private calls = new Map<number, Call>();
  private lastKey = 0;

  constructor(private readonly createWorker: () => Worker) {}

  /** Starts the worker, so that the first file does not wait for it. */
  warmUp(): void {
    this.worker ??= this.start();
  }

  open(file: File): FileDigests {
    const key = ++this.lastKey;
    const state = { position: 0 };
    let worker: Worker | undefined;
    const ask = async (action: Action): Promise<Reply> => {
      const isKnown = worker !== undefined;
      worker ??= this.worker ??= this.start();
      if (worker !== this.worker) throw new Error(stopped); // what it knew is lost
      const reply = await this.ask(worker, { ...action, file: key, ...(isKnown ? {} : { source: file }) });
      state.position = reply.position ?? state.position;
      return reply;
    };
    return {
      get position() {
        return state.position;
      },
      block: async index => required((await ask({ action: 'block', index })).text),
      chunk: async (offset, length) => required((await ask({ action: 'chunk', offset, length })).sha256),
      advance: async end => {
        await ask({ action: 'advance', end });
      },
      finish: async () => required((await ask({ action: 'finish' })).digests),
      whole: async () => required((await ask({ action: 'whole' })).whole),
      confirm: async (offset, length, sha256) => {
        await ask({ action: 'confirm', offset, length, sha256 });
      },
      answer: async challenge => required((await ask({ action: 'answer', challenge })).text),
      close: () => {
        worker?.postMessage({ action: 'close', call: 0, file: key } satisfies Request);
      },
    };
  }

  private ask(worker: Worker, question: Omit<Request, 'call'>): Promise<Reply> {
    const call = ++this.lastKey;
    return new Promise((resolve, reject) => {
      this.calls.set(call, { resolve, reject });
      worker.postMessage({ ...question, call });
    });
  }

  private start(): Worker {
    const worker = this.createWorker();
    worker.onmessage = ({ data: reply }: MessageEvent<Reply>) => {
      const call = this.calls.get(reply.call);
      this.calls.delete(reply.call);
      if (reply.error === undefined) call?.resolve(reply);
      else call?.reject(reply.error === 'changed' ? new FileChangedError() : new Error(reply.error));
    };
    worker.onerror = () => {
      const calls = [...this.calls.values()];
      this.calls.clear();
      this.worker = undefined; // the next call starts another
      worker.terminate();
      for (const call of calls) call.reject(new Error(stopped));
    };
    return worker;
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The hash worker does not know this file');
  return value;
}
