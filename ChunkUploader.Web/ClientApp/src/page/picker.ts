import { type PickedFile, pickedFile } from '../core/picked-file';

interface FilePicker {
  showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>;
}

/** Where the browser gives handles, the input's click opens its picker, so that files are found again after a reload. */
export function pickWithHandles(input: HTMLInputElement, take: (files: PickedFile[]) => void): void {
  input.addEventListener('click', event => {
    const picking = (window as FilePicker).showOpenFilePicker?.({ multiple: true });
    if (!picking) return;
    event.preventDefault();
    void picking.then(filesOf).then(take, () => undefined); // closed without a choice
  });
}

/** Asks for one file. Never ends where the person makes no choice and the browser does not tell. */
export async function pickOne(): Promise<PickedFile | undefined> {
  const picking = (window as FilePicker).showOpenFilePicker?.({ multiple: false });
  if (picking) return (await picking.then(filesOf, () => []))[0];
  const input = Object.assign(document.createElement('input'), { type: 'file' });
  return new Promise(resolve => {
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      resolve(file && pickedFile(file));
    });
    input.click();
  });
}

function filesOf(handles: readonly FileSystemFileHandle[]): Promise<PickedFile[]> {
  return Promise.all(handles.map(async handle => ({ ...pickedFile(await handle.getFile()), handle })));
}
