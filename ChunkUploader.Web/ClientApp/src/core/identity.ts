import type { PickedFile } from './picked-file';

/** What the server calls the same file, as far as the page can tell. */
export function keyOf({ file, relativePath = '' }: PickedFile): string {
  return JSON.stringify([file.name, file.size, relativePath]);
}

export function versionOf(picked: PickedFile): string {
  return `${keyOf(picked)} ${picked.file.lastModified}`;
}
