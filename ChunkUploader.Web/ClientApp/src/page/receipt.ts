import type { StoredFile } from '../core/api';

/** What a person keeps of an upload: enough to find the file, and to show that it is that one. */
export function receiptOf(file: StoredFile, origin: string): string {
  const { id, name, size, md5, contentHash, uploadedAt, url } = file;
  const receipt = { name, size, md5, contentHash, uploadedAt, id, url: new URL(url, origin).href };
  return `${JSON.stringify(receipt, undefined, 2)}\n`;
}
