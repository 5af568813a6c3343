import type { Session } from '../api/api';
import { extensionOf, formatAge, formatBytes, formatPercent } from '../texts/format';
import { text } from '../texts/texts';
import { action, find, instantiate, part, setHidden, setText } from './elements';

export interface UnfinishedActions {
  readonly goOn: () => void;
  readonly cancel: () => void;
  readonly undo: () => void;
  readonly handOver: () => void;
}

/** An open upload that no row of this page has taken up yet. */
export class UnfinishedRow {
  readonly element: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly buttons: Readonly<Record<'cancel' | 'undo', HTMLButtonElement>>;

  /** @param root holds the template */
  constructor(root: ParentNode, session: Session, actions: UnfinishedActions) {
    const row = (this.element = instantiate(root, 'unfinished'));
    const { fileName, size, receivedCount, chunkCount, resumeUrl } = session;
    const relativePath = session.relativePath ?? fileName;
    const fraction = chunkCount ? receivedCount / chunkCount : 0;
    const name = part(row, 'name');
    setText(name, relativePath);
    name.title = relativePath;
    setText(part(row, 'extension'), extensionOf(fileName));
    setText(part(row, 'size'), size == null ? '' : formatBytes(size));
    setText(part(row, 'percent'), formatPercent(Math.floor(fraction * 100)));
    const left = (Date.parse(session.expiresAt) - Date.now()) / 1000;
    setText(part(row, 'expires'), left > 0 ? text('expiresIn', { duration: formatAge(left) }) : '');
    const bar = find(row, 'progress', HTMLProgressElement);
    bar.value = fraction;
    bar.setAttribute('aria-label', text('receivedOf', { name: fileName }));
    this.button = this.onClick('continue', actions.goOn);
    this.buttons = { cancel: this.onClick('cancel', actions.cancel), undo: this.onClick('undo', ({ detail }) => {
      if (detail <= 1) actions.undo(); // it has come under the pointer, perhaps in the middle of a double click
    }) };
    setHidden(this.onClick('other-device', actions.handOver), !resumeUrl);
  }

  /** The file is at hand: no one has to pick it again. */
  offer(): void {
    setText(this.button, text('goOn'));
  }

  /** It comes from another device: this is what the person is here for. */
  invite(): void {
    this.element.dataset.state = 'carried';
    this.complain(text('carried'));
  }

  complain(message: string): void {
    setText(part(this.element, 'message'), message);
    setHidden(part(this.element, 'message'), false);
  }

  focus(): void {
    this.element.scrollIntoView({ block: 'center' });
    this.button.focus({ preventScroll: true });
  }

  /** Whether it is cancelled, unless that is undone. */
  set isCancelled(value: boolean) {
    const { cancel, undo } = this.buttons;
    this.element.classList.toggle('is-cancelled', value);
    if (value) setHidden(part(this.element, 'message'), true); // what it says is of an earlier try
    undo.removeAttribute('aria-disabled');
    setHidden(part(this.element, 'received'), value);
    setHidden(part(this.element, 'cancelled'), !value);
    const hadFocus = [cancel, undo].some(button => button === document.activeElement);
    setHidden(cancel, value);
    setHidden(undo, !value);
    if (hadFocus) (value ? undo : cancel).focus();
  }

  /** It is being cancelled now. The button keeps the focus that it may have. */
  stopUndoing(): void {
    this.buttons.undo.setAttribute('aria-disabled', 'true');
  }

  private onClick(name: string, act: (event: MouseEvent) => void): HTMLButtonElement {
    const button = action(this.element, name, HTMLButtonElement);
    button.addEventListener('click', act);
    return button;
  }
}
