import type { StoredFile } from './api';
import { versionOf } from './identity';
import type { Upload } from './upload';
import type { UploadServices } from './upload-state';

/**
 * Waits until no other tab uploads the file of this upload. Small files are not worth the question: they are there
 * before it is answered.
 *
 * @param wait called while another tab does, with the bytes that the server has
 * @returns the function that lets other tabs have it, or the file that another one brought up
 */
export async function claim(
  upload: Upload, { tabs, limits }: UploadServices, signal: AbortSignal, wait: (acknowledged: number) => void,
): Promise<(() => void) | StoredFile> {
  if (!tabs || upload.file.size <= limits.wholeFile) return () => undefined;
  return tabs.claim(versionOf(upload), signal, news => {
    if (!signal.aborted) wait(news?.acknowledged ?? 0);
  });
}

/** A claim that this upload has let go of a moment ago is gone after that, in milliseconds. */
const ownClaim = 1000;

/** Whether another upload, of this tab or another one, has the file of this one by now. */
export async function isTaken(upload: Upload, { tabs, limits }: UploadServices): Promise<boolean> {
  if (!tabs || upload.file.size <= limits.wholeFile) return false;
  const asking = new AbortController();
  return new Promise<boolean>(resolve => {
    const taken = () => {
      resolve(true);
    };
    const wait = () => {
      setTimeout(taken, ownClaim);
    };
    tabs.claim(versionOf(upload), asking.signal, wait).then(claimed => {
      if (typeof claimed === 'function') claimed();
      resolve(typeof claimed !== 'function');
    }, taken);
  }).finally(() => {
    asking.abort();
  });
}

/** Tells other tabs how far it is. */
export function tell(upload: Upload, { tabs, limits }: UploadServices, file?: StoredFile): void {
  if (upload.file.size <= limits.wholeFile) return;
  const { acknowledged } = upload.counters;
  tabs?.tell({ key: versionOf(upload), acknowledged, ...(file ? { file } : {}) });
}
