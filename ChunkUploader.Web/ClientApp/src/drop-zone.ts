import { type PickedFile, droppedFiles, pickedFile } from './dropped';
import { setHidden, setText } from './elements';

/**
 * Files come by the picker or by a drop anywhere on the page: one beside the zone would make the browser leave it.
 *
 * @param notice where people read what of a drop could not be taken
 */
export function acceptFiles(
  zone: HTMLElement, input: HTMLInputElement, notice: HTMLElement, add: (files: PickedFile[]) => void,
): void {
  input.addEventListener('change', () => {
    add(Array.from(input.files ?? [], file => pickedFile(file)));
    input.value = ''; // so that the same file can be picked again
  });

  const over = (isOver: boolean) => zone.classList.toggle('is-over', isOver);
  window.addEventListener('dragover', event => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    over(true);
  });
  window.addEventListener('dragleave', event => {
    if (event.relatedTarget === null) over(false);
  });
  window.addEventListener('drop', event => {
    over(false);
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    void droppedFiles(event.dataTransfer).then(({ files, unreadable }) => {
      setText(notice, describe(unreadable));
      setHidden(notice, unreadable.length === 0);
      add(files);
    });
  });
}

function describe([first = '', ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `Left out, as the browser cannot read it: ${first}${more}.`;
}
