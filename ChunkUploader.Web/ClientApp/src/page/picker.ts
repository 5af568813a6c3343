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
    void picking.then(async handles => {
      take(await Promise.all(handles.map(async handle => ({ ...pickedFile(await handle.getFile()), handle }))));
    }, () => undefined); // closed without a choice
  });
}
