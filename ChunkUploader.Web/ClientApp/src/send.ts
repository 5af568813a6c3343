import type { Session } from './api';
import { type ByteRange, ChunkPlan, ChunkSet } from './chunks';
import { ApiError } from './http';
import type { Run } from './run';

/** A digest that differs means bytes that were spoilt on the way; more often than this, something else is wrong. */
const corruptionLimit = 3;

interface HeldChunk {
  readonly body: Blob;
  readonly sha256: readonly string[];
}

/**
 * Sends the chunks that the server does not have, in ascending order, several at a time. Chunks that it has are read
 * only as far as MD5 needs them.
 */
export async function sendMissing(run: Run, session: Session): Promise<void> {
  run.enter('uploading');
  const plan = new ChunkPlan(session);
  const received = new ChunkSet(plan.count, session.received ?? []);
  const sending = new Set<Promise<void>>();
  try {
    for (let index = 0; index < plan.count; index++) {
      const range = plan.range(index);
      if (received.has(index)) {
        await advanceOver(run, range);
        continue;
      }
      const [chunk, release] = await readChunk(run, range);
      const task = sendChunk(run, session.id, index, chunk)
        .catch((error: unknown) => {
          run.fail(error);
        })
        .finally(() => {
          release();
          sending.delete(task);
        });
      sending.add(task);
    }
  } finally {
    await Promise.all(sending);
  }
  run.signal.throwIfAborted(); // with the error of the chunk that failed
}

async function advanceOver({ digests, signal }: Run, { offset, length }: ByteRange): Promise<void> {
  if (offset + length <= digests.position) return;
  await digests.advance(offset + length);
  signal.throwIfAborted();
}

/** The bytes stay in memory until the server has them, so that a retry does not read them again. */
async function readChunk({ slots, digests, signal }: Run, range: ByteRange): Promise<[HeldChunk, () => void]> {
  const release = await slots.memory.acquire(signal);
  try {
    const { bytes, sha256 } = await digests.chunk(range.offset, range.length);
    signal.throwIfAborted();
    return [{ body: new Blob([bytes]), sha256 }, release];
  } catch (error) {
    release();
    throw error;
  }
}

async function sendChunk(run: Run, id: string, index: number, { body, sha256 }: HeldChunk): Promise<void> {
  const { counters, signal } = run;
  const fields = { index, sha256, body };
  const release = await run.slots.sending.acquire(signal);
  const post = async (alive: () => void) => {
    try {
      await run.api.sendChunk(id, fields, signal, loaded => {
        alive();
        counters.inFlight.set(index, Math.min(loaded, body.size));
        run.moved();
      });
    } finally {
      counters.inFlight.delete(index);
    }
  };
  try {
    for (let corruptions = 1; ; corruptions++) {
      try {
        await run.call(post);
        break;
      } catch (error) {
        if (!ApiError.hasCode(error, 'chunk-digest-mismatch') || corruptions > corruptionLimit) throw error;
      }
    }
    counters.acknowledged += body.size;
  } finally {
    release();
    run.moved();
  }
}
