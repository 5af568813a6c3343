import type { StoredFile } from '../api/api';

/** What a person keeps of an upload: enough to find the file, and to show that it is that one. */
export function recordOf(file: StoredFile, origin: string): string {
  const { id, name, size, md5, contentHash, uploadedAt, url } = file;
  const record = { name, size, md5, contentHash, uploadedAt, id, url: new URL(url, origin).href };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}
