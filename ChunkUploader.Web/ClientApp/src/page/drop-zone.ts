import { type PickedFile, pickedFile } from '../core/picked-file';
import { text } from '../texts/texts';
import { type Drop, droppedFiles } from './dropped';
import { setHidden, setText } from './elements';

export interface Picking {
  readonly zone: HTMLElement;
  /** One takes files, the other folders. */
  readonly inputs: readonly HTMLInputElement[];
  /** Where people read what could not be taken. */
  readonly notice: HTMLElement;
  /** Gives how many of the files were left out, as they are under way already. */
  readonly add: (files: PickedFile[]) => number;
}

/**
 * Files come by a picker, from the clipboard, or by a drop anywhere on the page: one beside the zone would make the
 * browser leave it.
 *
 * @returns takes files that were picked in another way
 */
export function acceptFiles({ zone, inputs, notice, add }: Picking): (files: PickedFile[]) => void {
  const take = ({ files, unreadable }: Drop) => {
    const twice = add(files);
    const words = [describe(unreadable), twice > 0 ? text('pickedTwice', { count: twice }) : ''].filter(Boolean);
    setText(notice, words.join(' '));
    setHidden(notice, words.length === 0);
  };
  for (const input of inputs) {
    const picked = () => {
      take({ files: Array.from(input.files ?? [], file => pickedFile(file)), unreadable: [] });
      input.value = ''; // so that the same file can be picked again
    };
    input.addEventListener('change', picked);
    if (input.files?.length) picked(); // before this script ran
  }
  window.addEventListener('paste', event => {
    const files = Array.from(event.clipboardData?.files ?? [], file => pickedFile(file));
    if (files.length === 0) return;
    event.preventDefault();
    take({ files, unreadable: [] });
  });
  acceptDrops(zone, take);
  return files => {
    take({ files, unreadable: [] });
  };
}

function acceptDrops(zone: HTMLElement, take: (drop: Drop) => void): void {
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
    void droppedFiles(event.dataTransfer).then(take);
  });
}

function describe([name, ...others]: readonly string[]): string {
  if (name === undefined) return '';
  return others.length === 0 ? text('unreadable', { name }) : text('unreadableMore', { name, count: others.length });
}
