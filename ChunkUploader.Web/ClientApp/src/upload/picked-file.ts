import type { Session } from '../api/api';

/** A file with its place below the folder that was picked or dropped, if any. */
export interface PickedFile {
  readonly file: File;
  readonly relativePath?: string;
  /** By which the file is found again after a reload, where the browser gives one: its own, or its folder's. */
  readonly handle?: FileSystemHandle;
  /** The open session that it continues, whatever the file is called here and however old it is. */
  readonly session?: Session;
}

export function pickedFile(file: File, relativePath = file.webkitRelativePath): PickedFile {
  // A path that is only the name says nothing; without it, a dropped file is the same as a picked one.
  return relativePath.includes('/') ? { file, relativePath } : { file };
}
