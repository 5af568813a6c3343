import { text } from '../texts/texts';
import { setText } from './elements';

const thanks = 2000;

/** Makes a button copy a value, and say so in its label, or in all of it. */
export function copies(button: HTMLButtonElement, value: () => string, said = () => text('copied')): void {
  const label = button.querySelector<HTMLElement>('.label') ?? button;
  const words = label.textContent;
  button.addEventListener('click', () => {
    void copy(value(), button).then(() => {
      setText(label, said());
      button.classList.add('is-copied');
      setTimeout(() => {
        setText(label, words);
        button.classList.remove('is-copied');
      }, thanks);
    });
  });
}

/** Plain http has no clipboard of its own: there the old command does. */
async function copy(value: string, near: HTMLElement): Promise<void> {
  // The compiler believes that every page has one.
  const { clipboard } = navigator as { clipboard?: Clipboard };
  if (clipboard) {
    await clipboard.writeText(value);
    return;
  }
  const area = Object.assign(document.createElement('textarea'), { value });
  near.after(area); // outside of an open dialog nothing can be selected
  area.select();
  document.execCommand('copy'); // eslint-disable-line @typescript-eslint/no-deprecated
  area.remove();
  near.focus();
}
