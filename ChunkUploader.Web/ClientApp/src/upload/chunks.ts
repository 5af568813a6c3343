import type { IndexRange, Session } from '../api/api';
import type { Counters } from './upload-context';

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** How a session cuts its file. The last chunk reaches to the end, whichever tail rule the session follows. */
export class ChunkPlan {
  readonly size: number;
  readonly chunkSize: number;
  readonly count: number;

  constructor({ size, chunkSize, chunkCount }: Pick<Session, 'size' | 'chunkSize' | 'chunkCount'>) {
    this.size = size ?? 0;
    this.chunkSize = chunkSize ?? 0;
    this.count = chunkCount ?? 0;
  }

  range(index: number): ByteRange {
    const offset = index * this.chunkSize;
    const end = index === this.count - 1 ? this.size : offset + this.chunkSize;
    return { offset, length: end - offset };
  }

  /** The bytes from the first to the last chunk of a range. */
  bytes([first, last]: IndexRange): ByteRange {
    const { offset, length } = this.range(last);
    const start = first * this.chunkSize;
    return { offset: start, length: offset + length - start };
  }
}

/** Which chunks the server has. */
export class ChunkSet {
  private readonly bits: Uint8Array;
  private count = 0;

  constructor(count: number, ranges: readonly IndexRange[]) {
    this.bits = new Uint8Array(count);
    for (const [first, last] of ranges) {
      this.bits.fill(1, first, last + 1);
      this.count += last + 1 - first;
    }
  }

  /** How many are in. */
  get size(): number {
    return this.count;
  }

  add(index: number): void {
    if (this.bits[index] === 0) this.count++;
    this.bits[index] = 1;
  }

  has(index: number): boolean {
    return this.bits[index] === 1;
  }

  /** @param end the first one that is not asked for */
  hasAll(first: number, end: number): boolean {
    return !this.bits.subarray(first, end).includes(0);
  }
}

/** Bytes that the server has of a session. */
export function receivedBytes(session: Session): number {
  const plan = new ChunkPlan(session);
  return session.received.reduce((sum, range) => sum + plan.bytes(range).length, 0);
}

/** Counts what the server has of a session. */
export function recount(counters: Counters, session: Session): void {
  counters.acknowledged = receivedBytes(session);
  counters.chunks = new ChunkSet(session.chunkCount ?? 0, session.received);
}
