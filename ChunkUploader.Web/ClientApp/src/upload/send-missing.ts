import type { Session, StoredFile } from '../api/api';
import { sendWithRetry } from './send-with-retry';
import { type ByteRange, ChunkPlan, ChunkSet } from './chunks';
import type { UploadContext } from './upload-context';

/** The end of sending where the server turned out to have the file. */
class ShortCut extends Error {}

/**
 * Sends the chunks that the server does not have, in ascending order, several at a time. Chunks that it has are read
 * only as far as MD5 needs them.
 *
 * @param offer asked when the file is hashed while chunks are still on their way: the file, if the server has it
 * @returns the file, if the offer gave it
 */
export async function sendMissing(
  context: UploadContext, session: Session, offer?: () => Promise<StoredFile | undefined>,
): Promise<StoredFile | undefined> {
  context.enter('uploading');
  const plan = new ChunkPlan(session);
  const received = new ChunkSet(plan.count, session.received);
  const sending = new Set<Promise<void>>();
  const lane = follow(context.signal);
  let offered: Promise<StoredFile | undefined> = Promise.resolve(undefined);
  try {
    for (let index = 0; index < plan.count; index++) {
      const range = plan.range(index);
      if (received.has(index)) {
        await advanceOver(context, range);
        continue;
      }
      const [sha256, release] = await hashAhead(context, range);
      const task = sendChunk(context, session.id, index, { ...range, sha256 }, lane.signal)
        // A session that the proof has completed refuses what was still on its way.
        .catch(async (error: unknown) => {
          if ((await offered) === undefined) context.fail(error);
        })
        .finally(() => {
          release();
          sending.delete(task);
        });
      sending.add(task);
    }
    if (offer && sending.size > 1)
      offered = offer().then(file => {
        if (file) lane.abort(new ShortCut());
        return file;
      });
  } finally {
    await Promise.all(sending);
  }
  context.signal.throwIfAborted(); // with the error of the chunk that failed
  return lane.signal.aborted ? offered : undefined;
}

function follow(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  signal.addEventListener('abort', () => {
    controller.abort(signal.reason);
  }, { signal: controller.signal });
  return controller;
}

async function advanceOver({ digests, signal }: UploadContext, { offset, length }: ByteRange): Promise<void> {
  if (offset + length <= digests.position) return;
  await digests.advance(offset + length);
  signal.throwIfAborted();
}

async function hashAhead(context: UploadContext, { offset, length }: ByteRange): Promise<[readonly string[], () => void]> {
  const release = await context.slots.ahead.acquire(context.signal);
  try {
    const sha256 = await context.digests.chunk(offset, length);
    context.signal.throwIfAborted();
    return [sha256, release];
  } catch (error) {
    release();
    throw error;
  }
}

async function sendChunk(
  context: UploadContext, id: string, index: number, range: ByteRange & { sha256: readonly string[] }, signal: AbortSignal,
): Promise<void> {
  const { sha256 } = range;
  await sendWithRetry(context, range, index, signal, ({ body, ...transfer }) =>
    context.api.sendChunk(id, { index, sha256, body }, transfer));
  context.received(index, range.length);
}
