import { type PickedFile, pickedFile } from '../upload/picked-file';
import { text } from '../texts/texts';
import { type Drop, droppedFiles } from './dropped';
import { setHidden, setText } from './elements';

/** Milliseconds. */
const readingTime = 10_000;

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
export function acceptFiles({ zone, inputs, notice, add }: Picking): (picked: Drop) => void {
  let timer: ReturnType<typeof setTimeout>;
  const say = (words: readonly string[]) => {
    setText(notice, words.join(' '));
    setHidden(notice, words.length === 0);
  };
  const take = ({ files, unreadable }: Drop) => {
    const twice = add(files);
    const leftOut = [describe(unreadable)].filter(Boolean);
    clearTimeout(timer);
    // What asks nothing of anybody does not stay.
    if (twice > 0) timer = setTimeout(() => { say(leftOut); }, readingTime);
    say([...leftOut, ...(twice > 0 ? [text('pickedTwice', { count: twice })] : [])]);
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
    let pictures = 0;
    take({ files: files.map(one => one.file.name === 'image.png' ? named(one, pictures++) : one), unreadable: [] });
  });
  acceptDrops(zone, drop => {
    take(drop);
    if (drop.files.length + drop.unreadable.length === 0) say([text('nothingDropped')]);
  });
  return take;
}

/**
 * Every picture that is pasted is called `image.png`: it gets the time instead, which tells it from the next one, and its
 * place among those that are pasted at once.
 */
function named(picked: PickedFile, place: number): PickedFile {
  const { file } = picked;
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.');
  const name = `${text('pasted', { time: `${day} ${time}` })}${place > 0 ? ` (${place + 1})` : ''}.png`;
  return { ...picked, file: new File([file], name, { type: file.type, lastModified: file.lastModified }) };
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
