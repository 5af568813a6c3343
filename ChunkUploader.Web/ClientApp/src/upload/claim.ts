import type { StoredFile } from '../api/api';
import { versionOf } from './identity';
import type { PickedFile } from './picked-file';
import type { Counters } from './upload-context';
import type { UploadServices } from './upload-state';

type Claimed = Pick<PickedFile, 'file' | 'relativePath'> & { readonly counters: Counters };

/**
 * Waits until no other tab uploads the file of this upload. Small files are not worth the question: they are there
 * before it is answered.
 *
 * @param wait called while another tab does, with the bytes that the server has
 * @returns the function that lets other tabs have it, or the file that another one brought up
 */
export async function claim(
  upload: Claimed, { tabs, limits }: UploadServices, signal: AbortSignal, wait: (acknowledged: number) => void,
): Promise<(() => void) | StoredFile> {
  if (!tabs || upload.file.size <= limits.wholeFile) return () => undefined;
  return tabs.claim(versionOf(upload), signal, news => {
    if (!signal.aborted) wait(news?.acknowledged ?? 0);
  });
}

/** Tells other tabs how far it is. */
export function tell(upload: Claimed, { tabs, limits }: UploadServices, file?: StoredFile): void {
  if (upload.file.size <= limits.wholeFile) return;
  const { acknowledged } = upload.counters;
  tabs?.tell({ key: versionOf(upload), acknowledged, ...(file ? { file } : {}) });
}
