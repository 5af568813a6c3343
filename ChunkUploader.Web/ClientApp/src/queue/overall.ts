import { sentBytes } from '../upload/progress';
import type { Upload } from '../upload/upload';

export interface Overall {
  readonly files: number;
  readonly ended: number;
  readonly done: number;
  readonly failed: number;
  /** Bytes of all files that are not cancelled, or taken to another device. */
  readonly size: number;
  /** Bytes of these that the server has or that are on their way. */
  readonly sent: number;
}

/** All files as one. */
export function overallOf(uploads: Iterable<Upload>): Overall {
  const sum = { files: 0, ended: 0, done: 0, failed: 0, size: 0, sent: 0 };
  for (const { state, file, counters } of uploads) {
    if (['cancelling', 'cancelled', 'moved'].includes(state)) continue;
    const isDone = state === 'done';
    const isFailed = state === 'failed' || state === 'conflict';
    sum.files++;
    sum.size += file.size;
    sum.sent += isDone ? file.size : Math.min(file.size, sentBytes(counters));
    if (isDone) sum.done++;
    if (isFailed) sum.failed++;
    if (isDone || isFailed) sum.ended++;
  }
  return sum;
}
