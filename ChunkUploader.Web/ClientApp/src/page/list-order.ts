import type { Upload, UploadState } from '../upload/upload';

/** Those that run, then those that wait, then those that need a person. */
const order: Readonly<Partial<Record<UploadState, number>>> = { waiting: 1, paused: 2, failed: 3, conflict: 3 };

export function isFinished({ state }: Upload): boolean {
  return state === 'done' || state === 'cancelled' || state === 'moved';
}

export function isFailed({ state }: Upload): boolean {
  return state === 'failed' || state === 'conflict';
}

/** The order of the list, without those that are finished. What is about to be cancelled stays where it was. */
export class ListOrder {
  private readonly ranks = new WeakMap<Upload, number>();

  sort(uploads: Iterable<Upload>): Upload[] {
    const groups: Upload[][] = [[], [], [], []];
    for (const upload of uploads) if (!isFinished(upload)) groups[this.rankOf(upload)]?.push(upload);
    return groups.flat();
  }

  private rankOf(upload: Upload): number {
    const { state } = upload;
    const rank = state === 'cancelling' ? (this.ranks.get(upload) ?? 0) : (order[state] ?? 0);
    this.ranks.set(upload, rank);
    return rank;
  }
}
