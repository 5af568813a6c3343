import type { Session } from '../api/api';
import { percentOf, phaseProgress } from '../upload/progress';
import type { Speeds } from '../queue/speeds';
import type { Upload, UploadState } from '../upload/upload';
import { displayName, extensionOf, formatBytes, formatDuration, formatPercent, formatSpeed } from '../texts/format';
import { text } from '../texts/texts';
import { copies } from './clipboard';
import { action, find, instantiate, part, setHidden, setText } from './elements';
import { RowDetails } from './row-details';
import { Thumbnail } from './thumbnail';

const actions: Readonly<Record<string, readonly UploadState[]>> = {
  pause: ['waiting', 'elsewhere', 'checking', 'hashing', 'comparing', 'uploading', 'reconnecting', 'verifying'],
  resume: ['paused'],
  retry: ['failed'],
  'start-over': ['conflict'],
  // Not while verifying: from then on the server publishes the file, whoever leaves.
  cancel: ['waiting', 'elsewhere', 'checking', 'hashing', 'comparing', 'uploading', 'reconnecting', 'paused', 'failed', 'conflict'],
  undo: ['cancelling'],
  dismiss: ['cancelled', 'moved'],
  'copy-link': ['done'],
  'other-device': ['hashing', 'comparing', 'uploading', 'reconnecting', 'paused', 'failed'],
};

export interface RowActions {
  cancel(): void;
  dismiss(): void;
  /** Another device is to go on with it. */
  handOver(session: Session): void;
  /** The row is as high as its details need, or not any more. */
  resized(isOpen: boolean): void;
}

export class UploadRow {
  readonly element: HTMLElement;
  private readonly bar: HTMLProgressElement;
  private readonly parts: Readonly<Record<'state' | 'percent' | 'size' | 'speed' | 'timeLeft' | 'message', HTMLElement>>;
  private shown: UploadState | undefined;
  private canMove = false;
  private details: RowDetails | undefined;
  private link = '';
  private readonly thumbnail: Thumbnail;

  /** @param root holds the template */
  constructor(
    private readonly root: ParentNode,
    private readonly upload: Upload,
    private readonly speeds: Speeds,
    private readonly actions: RowActions,
  ) {
    this.element = instantiate(root, 'upload');
    this.bar = find(this.element, 'progress', HTMLProgressElement);
    this.parts = {
      state: part(this.element, 'state'),
      percent: part(this.element, 'percent'),
      size: part(this.element, 'size'),
      speed: part(this.element, 'speed'),
      timeLeft: part(this.element, 'time-left'),
      message: part(this.element, 'message'),
    };
    const { name } = upload.file;
    const shown = displayName(upload.relativePath ?? name);
    setText(part(this.element, 'name'), shown);
    part(this.element, 'name').title = shown;
    setText(part(this.element, 'extension'), extensionOf(name));
    this.bar.setAttribute('aria-label', text('progressOf', { name }));
    this.thumbnail = new Thumbnail(this.element, upload.file);
    this.onClick('pause', () => { upload.pause(); });
    this.onClick('resume', () => { upload.resume(); });
    this.onClick('retry', () => { upload.retry(); });
    this.onClick('start-over', () => { upload.startOver(); });
    this.onClick('cancel', () => {
      actions.cancel();
    });
    this.onClick('undo', ({ detail }) => {
      if (detail <= 1) upload.undo(); // it may have come under the pointer in the middle of a double click
    });
    this.onClick('dismiss', () => {
      actions.dismiss();
    });
    this.onClick('other-device', () => {
      if (upload.session) actions.handOver(upload.session);
    });
    copies(action(this.element, 'copy-link', HTMLButtonElement), () => this.link);
    this.onClick('details', () => {
      this.showDetails(this.details === undefined);
      actions.resized(this.details !== undefined);
    });
  }

  render(): void {
    const { upload, bar, parts } = this;
    const { state } = upload;
    const percent = percentOf(upload);
    const { done, total } = phaseProgress(upload);
    const canMove = Boolean(upload.session?.resumeUrl);
    if (this.shown !== state || this.canMove !== canMove) this.enter(state, canMove);
    bar.value = state === 'done' ? 1 : total > 0 ? Math.min(1, done / total) : 0;
    setText(parts.percent, formatPercent(percent));
    this.renderFacts();
    setText(parts.size, state === 'done' || done === 0 ? formatBytes(total) : sentOf(done, total));
    const message = ['failed', 'conflict', 'reconnecting'].includes(state) ? upload.message : '';
    setText(parts.message, message);
    setHidden(parts.message, message === '');
    this.details?.render();
  }

  showDetails(wanted: boolean): void {
    this.details?.close();
    this.details = wanted ? new RowDetails(this.root, this.upload, () => { this.actions.dismiss(); }) : undefined;
    if (this.details) this.element.append(this.details.element);
    this.details?.render();
    action(this.element, 'details', HTMLButtonElement).setAttribute('aria-expanded', String(wanted));
  }

  remove(): void {
    this.details?.close();
    this.element.remove();
    this.thumbnail.remove();
  }

  private enter(state: UploadState, canMove: boolean): void {
    const { element, upload } = this;
    this.shown = state;
    this.canMove = canMove;
    element.dataset.state = state;
    setText(this.parts.state, text(state));
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    for (const [name, states] of Object.entries(actions))
      setHidden(action(element, name, HTMLButtonElement), !states.includes(state) || !this.makesSense(name));
    // What can't be tried again has nothing to be cancelled either.
    if (upload.isFinal && state === 'failed') setHidden(action(element, 'dismiss', HTMLButtonElement), false);
    if (state === 'done') this.showResult();
    // A button that disappears under the keyboard leaves its neighbour the focus.
    if (focused instanceof HTMLElement && focused.hidden)
      find(element, '.row-actions > :not([hidden])', HTMLElement).focus();
    if (upload.result?.instant === true) setHidden(part(element, 'instant'), false);
  }

  private makesSense(name: string): boolean {
    if (name === 'other-device') return this.canMove;
    return !this.upload.isFinal || (name !== 'retry' && name !== 'cancel');
  }

  private renderFacts(): void {
    const facts = this.speeds.of(this.upload);
    const left = facts?.timeLeft;
    setText(this.parts.speed, facts === undefined ? '' : formatSpeed(facts.speed));
    setText(this.parts.timeLeft, left === undefined ? '' : text('left', { duration: formatDuration(left) }));
  }

  private showResult(): void {
    const file = this.upload.result;
    if (!file) return;
    const link = action(this.element, 'open', HTMLAnchorElement);
    link.href = file.url;
    this.link = link.href;
    link.setAttribute('aria-label', text('openFile', { name: file.name }));
    setHidden(link, false);
    if (file.previewUrl) this.thumbnail.show(file.contentType);
  }

  private onClick(name: string, handle: (event: MouseEvent) => void): void {
    action(this.element, name, HTMLButtonElement).addEventListener('click', handle);
  }
}

function sentOf(done: number, total: number): string {
  return text('sentOf', { sent: formatBytes(done), size: formatBytes(total) });
}
