/** A file with its place below the folder that was picked or dropped, if any. */
export interface PickedFile {
  readonly file: File;
  readonly relativePath?: string;
}

export function pickedFile(file: File, relativePath = file.webkitRelativePath): PickedFile {
  // A path that is only the name says nothing; without it, a dropped file is the same as a picked one.
  return relativePath.includes('/') ? { file, relativePath } : { file };
}

/** The files of a drop, those in dropped folders included. Must be called before the drop event returns. */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = Array.from(transfer.items, item => item.webkitGetAsEntry()).filter(entry => entry !== null);
  if (entries.length === 0) return Array.from(transfer.files, file => pickedFile(file));
  const nested = await Promise.all(entries.map(filesIn));
  return nested.flat();
}

async function filesIn(entry: FileSystemEntry): Promise<PickedFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    return [pickedFile(file, entry.fullPath.slice(1))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: PickedFile[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (entries.length === 0) return files; // a folder is listed a hundred at a time
    for (const child of entries) files.push(...(await filesIn(child)));
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
