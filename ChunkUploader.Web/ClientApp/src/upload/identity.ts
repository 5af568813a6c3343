import type { PickedFile } from './picked-file';

type Named = Pick<PickedFile, 'file' | 'relativePath'>;

/** What the server calls the same file, as far as the page can tell. */
export function keyOf({ file, relativePath = '' }: Named): string {
  return JSON.stringify([file.name, file.size, relativePath]);
}

export function versionOf(picked: Named): string {
  return `${keyOf(picked)} ${picked.file.lastModified}`;
}
