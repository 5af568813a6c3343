import type { Counters } from './upload-context';
import type { Upload, UploadState } from './upload';

/** Long enough to smooth whole chunks, short enough to follow the network. */
const windowLength = 15_000;

type Measured = Pick<Upload, 'state' | 'counters' | 'file'>;

/** Bytes of what the upload is at now: reading before anything is sent, else sending. */
export function phaseProgress({ state, counters, file }: Measured): { done: number; total: number } {
  if ((state === 'hashing' || state === 'comparing') && counters.toRead > 0)
    return { done: Math.min(counters.read, counters.toRead), total: counters.toRead };
  return { done: Math.min(sentBytes(counters), file.size), total: file.size };
}

/** Whole percent, rounded down; 100 is said only when the server has all: what has left may not arrive. */
export function percentOf(measured: Measured): number {
  const { state, counters, file } = measured;
  if (state === 'done') return 100;
  const { done, total } = phaseProgress(measured);
  const percent = total > 0 ? Math.floor((done / total) * 100) : 0;
  return percent === 100 && counters.acknowledged < file.size ? 99 : percent;
}

export function isMoving(state: UploadState): boolean {
  return state === 'hashing' || state === 'comparing' || state === 'uploading';
}

export function sentBytes({ acknowledged, inFlight }: Counters): number {
  let sum = acknowledged;
  for (const loaded of inFlight.values()) sum += loaded;
  return sum;
}

/** Speed over the last seconds. Bytes that an earlier start sent do not count: only differences do. */
export class SpeedWindow {
  private samples: { time: number; bytes: number }[] = [];

  add(time: number, bytes: number): void {
    const last = this.samples.at(-1);
    if (last && bytes < last.bytes) this.samples = []; // a chunk is sent again
    this.samples.push({ time, bytes });
    // One sample older than the window stays, to measure from.
    while (this.samples.length > 2 && time - (this.samples[1]?.time ?? time) >= windowLength) this.samples.shift();
  }

  reset(): void {
    this.samples = [];
  }

  /** Bytes a second; undefined until there is something to measure. */
  get speed(): number | undefined {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.time - first.time < 500) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.time - first.time);
  }

  /** Seconds for the bytes that remain; undefined where nothing moves. */
  timeLeft(remaining: number): number | undefined {
    const { speed } = this;
    return speed === undefined || speed <= 0 ? undefined : remaining / speed;
  }
}
