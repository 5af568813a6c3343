import { blockSize } from '../hashing/digester';
import type { IndexRange, Session } from '../api/api';
import { ChunkPlan } from './chunks';
import { ConflictError, type UploadContext } from './upload-context';

const blocksPerCall = 256;

/**
 * Compares the blocks that the server has with the file's own, all of them before any byte is sent: a name, a size and
 * a first block in common do not make two files one.
 */
export async function compareReceived(context: UploadContext, session: Session): Promise<void> {
  context.enter('comparing');
  const spans = receivedBlocks(session);
  context.counters.read = 0;
  context.counters.toRead = spans.reduce((sum, [first, last]) => sum + (last - first + 1) * blockSize, 0);
  for (const [first, last] of spans)
    for (let start = first; start <= last; start += blocksPerCall)
      await compareBlocks(context, session.id, start, Math.min(blocksPerCall, last - start + 1));
}

async function compareBlocks(context: UploadContext, id: string, first: number, count: number): Promise<void> {
  const theirs = await context.call(() => context.api.blocks(id, first, count, context.signal));
  for (const [index, digest] of theirs.entries()) {
    if (digest !== null && (await context.digests.block(first + index)) !== digest) throw new ConflictError();
    context.signal.throwIfAborted();
    context.counters.read += blockSize;
    context.moved();
  }
}

/** The blocks that received chunks touch, in order and without repeats. */
export function receivedBlocks(session: Session): IndexRange[] {
  const plan = new ChunkPlan(session);
  const spans: [number, number][] = [];
  for (const range of session.received) {
    const { offset, length } = plan.bytes(range);
    const first = Math.floor(offset / blockSize);
    const last = Math.floor((offset + length - 1) / blockSize);
    const before = spans.at(-1);
    if (before && first <= before[1]) before[1] = Math.max(before[1], last);
    else spans.push([first, last]);
  }
  return spans;
}
