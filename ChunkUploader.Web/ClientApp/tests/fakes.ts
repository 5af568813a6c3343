import { FileChangedError } from '../src/hashing/file-changed';
import type { Session, StoredFile } from '../src/api/api';
import { ApiError } from '../src/api/http';
import { Limits } from '../src/upload/limits';
import { type ByteSource, Digester } from '../src/hashing/digester';
import type { FileDigests, Hasher } from '../src/hashing/hasher';
import { wasm } from '../src/hashing/sha256';

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Bytes without a short period, so that a chunk in the wrong place shows. */
export function bytesOf(size: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = i * 31 + (i >> 16) + seed;
  return bytes;
}

/** Comparing megabytes with toEqual takes minutes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function fileOf(bytes: Uint8Array<ArrayBuffer>, name = 'film.mp4'): File {
  return new File([bytes], name, { type: 'video/mp4', lastModified: 1_700_000_000_000 });
}

/** A file as the server tells of it. */
export function storedFile(fields: Partial<StoredFile> = {}): StoredFile {
  return {
    ...{ id: 'a', name: 'film.mp4', size: 5, contentType: 'video/mp4', md5: 'm', contentHash: 'c' },
    ...{ uploadedAt: '2026-01-02T03:04:05+00:00', url: '/files/a', downloadUrl: '/files/a/download' },
    ...{ previewUrl: null, instant: false },
    ...fields,
  };
}

/** A session as the server tells of it; what is absent is null. */
export function sessionOf(fields: Partial<Session> = {}): Session {
  return {
    ...{ id: 'a', state: 'receiving', fileName: 'film.mp4', relativePath: null, lastModified: null, size: null },
    ...{ chunkSize: null, chunkCount: null, receivedCount: 0, received: [], next: 0 },
    ...{ expiresAt: '2126-01-02T03:04:05+00:00', candidate: null, challenge: null, file: null, resumeUrl: null },
    ...fields,
  };
}

export const refusal = (status: number, code: string, retryAfter?: number) =>
  new ApiError(status, code, `Refused: ${code}`, undefined, retryAfter);
export const networkError = () => new ApiError(0, 'network', 'The server cannot be reached');

/** Chunks of 256 KiB, as behind a strict proxy: small files take several of them. */
export function strictLimits(limits = new Limits()): Limits {
  limits.shrink(MiB);
  return limits;
}

/** The hasher without a worker: the real digests, of a source that counts what is read. */
export class DirectHasher implements Hasher {
  readonly reads: [offset: number, length: number][] = [];
  unreadable = false;
  closed = 0;

  open(file: File): FileDigests {
    const source: ByteSource = {
      size: file.size,
      read: async (offset, length) => {
        if (this.unreadable) throw new FileChangedError();
        this.reads.push([offset, length]);
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
      },
    };
    const digester = Digester.create(source, wasm);
    let position = 0;
    const on = async <T>(act: (digester: Digester) => Promise<T>): Promise<T> => {
      const result = await act(await digester);
      position = (await digester).position;
      return result;
    };
    return {
      get position() {
        return position;
      },
      block: index => on(d => d.block(index)),
      chunk: (offset, length) => on(d => d.chunk(offset, length)),
      advance: end => on(d => d.advance(end)),
      finish: () => on(d => d.finish()),
      whole: () => on(d => d.whole()),
      confirm: (offset, length, sha256) => on(d => d.confirm(offset, length, sha256)),
      answer: challenge => on(d => d.answer(challenge)),
      close: () => {
        this.closed++;
      },
    };
  }
}

/** Ends with the work, or earlier with the reason of the signal. */
export function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort);
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
