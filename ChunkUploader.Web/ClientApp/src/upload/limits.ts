import { AnswerTime } from '../api/answer-time';
import type { ServerLimits } from '../api/api';
import type { LimitMemory } from './limit-memory';
import { Pace } from './pace';

const KiB = 1024;
export const smallestChunk = 256 * KiB;
const usualChunk = 8 * 1024 * KiB;
/** Files up to this size are sent along with their first request, where chunks are as large. */
const largestWhole = 8 * 1024 * KiB;

/** What the way to the server allows, learned or set. All files share it. */
export class Limits {
  readonly pace = new Pace();
  readonly answerTime = new AnswerTime();
  private server: ServerLimits = { maxFileSize: Infinity, chunkSize: usualChunk };
  private largest: number;

  constructor(private readonly memory?: LimitMemory) {
    this.largest = memory?.read() ?? Infinity;
  }

  /** What the server has said of itself. */
  learn(server: ServerLimits): void {
    this.server = server;
  }

  /** Bytes; infinite until the server has said it. */
  get maxFileSize(): number {
    return this.server.maxFileSize;
  }

  /** Bytes a second of all files together; 0: as fast as it goes. */
  get bytesPerSecond(): number {
    return this.pace.bytesPerSecond;
  }

  set bytesPerSecond(value: number) {
    this.pace.bytesPerSecond = value;
  }

  /** The size of chunks to ask the server for; undefined: whatever it likes. */
  get chunkWish(): number | undefined {
    const asPaced = this.bytesPerSecond === 0 ? Infinity : this.bytesPerSecond; // a chunk a second, so that the pace is even
    const most = Math.min(this.largest, asPaced);
    return most >= this.server.chunkSize ? undefined : powerOfTwo(most);
  }

  /** Files up to this many bytes are sent in one request. */
  get wholeFile(): number {
    return Math.min(largestWhole, this.chunkWish ?? this.server.chunkSize);
  }

  /**
   * A proxy refuses requests of this size: from now on they are smaller.
   *
   * @returns false where they already are as small as they can be
   */
  shrink(refused: number): boolean {
    if (refused <= smallestChunk) return false;
    this.largest = Math.min(this.largest, powerOfTwo(refused / 4));
    this.memory?.write(this.largest);
    return true;
  }
}

function powerOfTwo(size: number): number {
  return Math.max(smallestChunk, 2 ** Math.floor(Math.log2(size)));
}
