import { type PickedFile, pickedFile } from '../upload/picked-file';

export interface Drop {
  readonly files: PickedFile[];
  /** Paths of files and folders that the browser could not read. */
  readonly unreadable: string[];
}

/** The files of a drop, those in dropped folders included. Must be called before the drop event returns. */
export async function droppedFiles(transfer: DataTransfer): Promise<Drop> {
  const items = Array.from(transfer.items, item => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  if (items.every(({ entry }) => entry === null)) return { files: Array.from(transfer.files, file => pickedFile(file)), unreadable: [] };
  const handles = handlesOf(transfer);
  const drop: Drop = { files: [], unreadable: [] };
  for (const { entry, file } of items) if (entry !== null) await collect(entry, drop, file);
  return { ...drop, files: withHandles(drop.files, await handles) };
}

interface HandleGiver {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** Of the files and folders that were dropped themselves; the browser gives them only while the event is handled. */
function handlesOf(transfer: DataTransfer): Promise<(FileSystemHandle | null)[]> {
  const give = async (item: HandleGiver) => (await item.getAsFileSystemHandle?.().catch(() => null)) ?? null;
  return Promise.all(Array.from(transfer.items, item => give(item as HandleGiver)));
}

/** A folder's handle does for all files in it: thousands of their own would have to be asked for one by one. */
function withHandles(files: PickedFile[], handles: readonly (FileSystemHandle | null)[]): PickedFile[] {
  const byName = new Map(handles.map(handle => [`${handle?.kind ?? ''} ${handle?.name ?? ''}`, handle]));
  return files.map(picked => {
    const { file, relativePath } = picked;
    const name = relativePath === undefined ? `file ${file.name}` : `directory ${relativePath.split('/')[0] ?? ''}`;
    const handle = byName.get(name);
    return handle ? { ...picked, handle } : picked;
  });
}

/**
 * One entry that cannot be read (no permission, a broken link) must not take the rest with it.
 *
 * @param item the file itself, where it was dropped and not its folder
 */
async function collect(entry: FileSystemEntry, drop: Drop, item: File | null = null): Promise<void> {
  const path = entry.fullPath.slice(1);
  try {
    if (isFile(entry)) drop.files.push(pickedFile(await fileOf(entry, item), path));
    else for await (const child of children(entry as FileSystemDirectoryEntry)) await collect(child, drop);
  } catch {
    drop.unreadable.push(path);
  }
}

/** Of what comes from another application, and is no file of the disk, WebKit finds no path; the item has its bytes. */
async function fileOf(entry: FileSystemFileEntry, item: File | null): Promise<File> {
  try {
    return await new Promise((resolve, reject) => {
      entry.file(resolve, reject);
    });
  } catch (error) {
    // A link that leads nowhere would be an empty file.
    if (item !== null && (await item.slice(0, 1).arrayBuffer()).byteLength === 1) return item;
    throw error;
  }
}

async function* children(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (entries.length === 0) return; // a folder is listed a hundred at a time
    yield* entries;
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
