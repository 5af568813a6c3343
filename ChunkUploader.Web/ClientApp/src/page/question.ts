import { displayName, formatBytes } from '../texts/format';
import { text } from '../texts/texts';
import { ignoreDoubleClicks } from './double-click';
import { action, part, setText } from './elements';

/** From so many bytes on, cancelling asks first: 100 MB. */
const muchFrom = 100_000_000;

/** Asks before much is thrown away. To keep it is what Enter and Escape do. */
export class Question {
  private readonly dialog: HTMLDialogElement;
  private about: object | undefined;
  private answer: (isYes: boolean) => void = () => undefined;

  constructor(private readonly root: ParentNode) {
    this.dialog = part(root, 'question', HTMLDialogElement);
    action(root, 'question-keep', HTMLButtonElement).addEventListener('click', () => {
      this.dialog.close('');
    });
    const cancel = action(root, 'question-cancel', HTMLButtonElement);
    ignoreDoubleClicks(this.dialog, cancel);
    cancel.addEventListener('click', () => {
      this.dialog.close('cancel');
    });
    this.dialog.addEventListener('close', () => {
      this.answer(this.dialog.returnValue === 'cancel');
    });
  }

  /**
   * @param bytes that the server has
   * @returns whether they may go; where they are few that is not asked
   */
  async maySpend(about: object, name: string, bytes: number): Promise<boolean> {
    if (bytes <= muchFrom) return true;
    this.about = about;
    setText(part(this.root, 'question-detail'), text('atStake', { name: displayName(name), size: formatBytes(bytes) }));
    this.dialog.returnValue = '';
    this.dialog.showModal();
    action(this.root, 'question-keep', HTMLButtonElement).focus();
    return new Promise(resolve => (this.answer = resolve));
  }

  /** There is nothing to cancel any more. */
  close(about: object): void {
    if (this.about === about && this.dialog.open) this.dialog.close('');
  }
}
