import type { LimitMemory } from './limit-memory';
import { sleep } from './retry';

const KiB = 1024;
const smallestChunk = 256 * KiB;
/** What the server cuts files into where nobody has a wish; files up to it are sent along with their first request. */
const usualChunk = 8 * 1024 * KiB;

/** What the way to the server allows, learned or set. All files share it. */
export class Limits {
  private largest: number;
  private speed = 0;
  private freeAt = 0;

  constructor(private readonly memory?: LimitMemory) {
    this.largest = Math.min(usualChunk, memory?.read() ?? usualChunk);
  }

  /** Bytes a second of all files together; 0: as fast as it goes. */
  get bytesPerSecond(): number {
    return this.speed;
  }

  set bytesPerSecond(value: number) {
    this.speed = Math.max(0, value);
    this.freeAt = 0;
  }

  /** The size of chunks to ask the server for; undefined: whatever it likes. */
  get chunkWish(): number | undefined {
    const asPaced = this.speed === 0 ? usualChunk : this.speed; // a chunk a second, so that the pace is even
    const wish = powerOfTwo(Math.min(this.largest, asPaced));
    return wish >= usualChunk ? undefined : wish;
  }

  /** Files up to this many bytes are sent in one request. */
  get wholeFile(): number {
    return this.chunkWish ?? usualChunk;
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

  /** Waits until so many bytes may leave. */
  async pace(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.speed === 0) return;
    const now = Date.now();
    const start = Math.max(now, this.freeAt);
    this.freeAt = start + (bytes / this.speed) * 1000;
    if (start > now) await sleep(start - now, signal);
  }
}

function powerOfTwo(size: number): number {
  return Math.max(smallestChunk, 2 ** Math.floor(Math.log2(size)));
}
