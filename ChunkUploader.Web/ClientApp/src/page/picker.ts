import { type PickedFile, pickedFile } from '../upload/picked-file';
import type { Drop } from './dropped';

interface FilePicker {
  showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>;
}

/** Where the browser gives handles, the input's click opens its picker, so that files are found again after a reload. */
export function pickWithHandles(input: HTMLInputElement, take: (picked: Drop) => void): void {
  let isRefused = false;
  input.addEventListener('click', event => {
    const picking = isRefused ? undefined : pick(true);
    if (!picking) return;
    event.preventDefault();
    void picking.then(picked => {
      if (picked) {
        take(picked);
        return;
      }
      isRefused = true; // from now on the input opens its own
      input.click();
    });
  });
}

/** Asks for one file. Never ends where the person makes no choice and the browser does not tell. */
export async function pickOne(): Promise<PickedFile | undefined> {
  const picked = await pick(false);
  if (picked) return picked.files[0];
  const input = Object.assign(document.createElement('input'), { type: 'file' });
  return new Promise(resolve => {
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      resolve(file && pickedFile(file));
    });
    input.click();
  });
}

/** Undefined where the browser has no such picker, or a policy of the page around this one refuses it. */
function pick(multiple: boolean): Promise<Drop | undefined> | undefined {
  return (window as FilePicker).showOpenFilePicker?.({ multiple }).then(filesOf, (error: unknown) =>
    error instanceof DOMException && error.name === 'AbortError' ? { files: [], unreadable: [] } : undefined);
}

/** One file that cannot be read must not take the rest with it. */
async function filesOf(handles: readonly FileSystemFileHandle[]): Promise<Drop> {
  const opened = await Promise.allSettled(handles.map(async handle => ({ ...pickedFile(await handle.getFile()), handle })));
  return {
    files: opened.flatMap(file => (file.status === 'fulfilled' ? [file.value] : [])),
    unreadable: handles.filter((_, place) => opened[place]?.status === 'rejected').map(({ name }) => name),
  };
}
