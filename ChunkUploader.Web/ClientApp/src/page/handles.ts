import type { Upload } from '../upload/upload';

/** What a browser that has file handles lets a page keep: the file itself, to be opened again after a reload. */
export interface KeptFile {
  /** The file's, or that of the folder that it was dropped with. */
  readonly handle: FileSystemHandle;
  /** The way to the file from the folder's name on. */
  readonly path?: string;
  /** Of the file when it was picked; on another device it may be older or newer than its session says. */
  readonly lastModified?: number;
}

/** The two methods that only Chromium has, and the compiler does not know. */
interface Permitted {
  queryPermission?(): Promise<PermissionState>;
  requestPermission?(): Promise<PermissionState>;
}

const store = 'files';

/** File handles by the id of their session, in IndexedDB. Where that is not to be had, nothing is kept. */
export class KeptFiles {
  private database: Promise<IDBDatabase> | undefined;

  async get(id: string): Promise<KeptFile | undefined> {
    return (await this.run('readonly', files => files.get(id) as IDBRequest<KeptFile | undefined>)) ?? undefined;
  }

  async keep(id: string, file: KeptFile): Promise<void> {
    await this.run('readwrite', files => files.put(file, id));
  }

  async forget(id: string): Promise<void> {
    await this.run('readwrite', files => files.delete(id));
  }

  private async run<T>(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
    try {
      return await ended(act((await (this.database ??= open())).transaction(store, mode).objectStore(store)));
    } catch {
      return undefined;
    }
  }
}

/** Whether the file can be read without asking anyone. */
export async function isPermitted({ handle }: KeptFile): Promise<boolean> {
  return (await (handle as Permitted).queryPermission?.()) !== 'prompt';
}

/** Asks the person, if need be; must be called while a click is handled. */
export async function askPermission({ handle }: KeptFile): Promise<boolean> {
  return (await (handle as Permitted).requestPermission?.()) !== 'denied';
}

/** The file as it is now; undefined where it is gone or may not be read. */
export async function openKept({ handle, path = '' }: KeptFile): Promise<File | undefined> {
  try {
    if (isFile(handle)) return await handle.getFile();
    let folder = handle as FileSystemDirectoryHandle;
    const [name = '', ...parents] = path.split('/').slice(1).reverse();
    for (const parent of parents.reverse()) folder = await folder.getDirectoryHandle(parent);
    return await (await folder.getFileHandle(name)).getFile();
  } catch {
    return undefined;
  }
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}

/** Keeps the files of uploads that are under way, and forgets them with their sessions. */
export class Keeping {
  private readonly ids = new WeakMap<Upload, string>();

  constructor(private readonly files: KeptFiles) {}

  changed(upload: Upload): void {
    const { handle, relativePath: path, file, session, state } = upload;
    if (!handle) return;
    const id = this.ids.get(upload);
    // Small files come completed: thousands of them are not worth a write each.
    const isOver = state === 'done' || state === 'cancelled' || session?.state === 'completed';
    const wanted = isOver ? undefined : session?.id;
    if (id === wanted) return;
    if (id !== undefined) void this.files.forget(id);
    this.ids.delete(upload);
    if (wanted === undefined) return;
    this.ids.set(upload, wanted);
    void this.files.keep(wanted, {
      handle, lastModified: file.lastModified, ...(path === undefined ? {} : { path }),
    });
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('chunk-uploader', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    ended(request).then(resolve, reject);
  });
}

function ended<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('The database refused'));
    };
  });
}
