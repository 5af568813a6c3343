import type { Body, Transfer } from '../api/api';
import type { ByteRange } from './chunks';
import { ApiError } from '../api/http';
import { smallestChunk } from './limits';
import { isRetriable } from '../api/retry';
import type { UploadContext } from './upload-context';

/** A digest that differs means bytes that were spoilt on the way; more often than this, something else is wrong. */
const corruptionLimit = 3;

export interface HashedBytes extends ByteRange {
  /** Hex SHA-256 of each 4 MiB piece. */
  readonly sha256: readonly string[];
  /** The bytes themselves, where there are few. */
  readonly content?: Uint8Array<ArrayBuffer>;
}

/** What a request with bytes is made of. */
export interface Sending extends Transfer {
  readonly body: Body;
}

/** Chunks of this size got no answer twice, and nothing would be lost by beginning again with smaller ones. */
export class ChunkTooSlowError extends Error {
  override readonly name = 'ChunkTooSlowError';
}

/**
 * Sends bytes of the file until they are there: again after the network broke, and where they were spoilt on the way,
 * unless the file itself has changed.
 *
 * The body of more than a little is the file or a slice of it: what leaves from memory, the browser copies, keeps until
 * its garbage is collected, and refuses some day. It reads the bytes again, from the system's cache. The file itself is
 * better where that does: for a slice, the page waits until the browser has looked at the disk.
 *
 * @param place the index of the chunk
 */
export async function sendWithRetry<T>(
  context: UploadContext, bytes: HashedBytes, place: number, signal: AbortSignal, request: (sending: Sending) => Promise<T>,
): Promise<T> {
  const { counters, digests, file, limits } = context;
  const { offset, length, sha256, content } = bytes;
  const isSmall = file.size <= limits.wholeFile;
  const body = content ?? (length === file.size ? file : file.slice(offset, offset + length));
  const post = async (alive: () => void) => {
    let before = 0;
    const settle = await limits.pace.take(length, signal);
    const started = performance.now();
    try {
      const answer = await request({ body, signal, answerTime: limits.answerTime.of(length), onProgress: loaded => {
        alive();
        const sent = Math.min(loaded, length);
        context.traffic.total += Math.max(0, sent - before);
        counters.inFlight.set(place, (before = sent));
        context.moved();
      } });
      limits.answerTime.answered(length, performance.now() - started);
      before = length;
      return answer;
    } catch (error) {
      if (!signal.aborted && isRetriable(error)) context.traffic.failures++;
      // To the browser, a file that it cannot read any more is a network that fails.
      if (!signal.aborted && ApiError.hasCode(error, 'network')) await digests.confirm(offset, length, sha256);
      if (ApiError.hasCode(error, 'no-answer') && limits.answerTime.silent(started) && mayShrink(context, length))
        throw new ChunkTooSlowError();
      throw error;
    } finally {
      settle(before);
      counters.inFlight.delete(place);
    }
  };
  const release = await context.slots.sending.acquire(signal, isSmall);
  try {
    for (let corruptions = 1; ; corruptions++) {
      try {
        return await context.call(post, signal);
      } catch (error) {
        if (!isSpoilt(error) || corruptions > corruptionLimit) throw error;
        await digests.confirm(offset, length, sha256);
      }
    }
  } finally {
    release();
    context.moved();
  }
}

/** What a session has is not given up for smaller chunks, and a file in one request may have arrived by now. */
function mayShrink({ counters }: UploadContext, length: number): boolean {
  return length > smallestChunk && counters.chunks !== undefined && counters.acknowledged === 0;
}

function isSpoilt(error: unknown): boolean {
  return ApiError.hasCode(error, 'chunk-digest-mismatch', 'digest-mismatch');
}
