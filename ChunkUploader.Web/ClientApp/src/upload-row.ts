import { find, hook, instantiate, part, setHidden, setText } from './elements';
import { displayName, extensionOf, formatBytes, formatDuration, formatSpeed, stateWords } from './format';
import { SpeedWindow, isMoving, percentOf, phaseProgress } from './progress';
import type { Upload, UploadState } from './upload';

/** Speed and time left are read by people: more often than this they only flicker. */
const factsInterval = 500;

const actions: Readonly<Record<string, readonly UploadState[]>> = {
  pause: ['waiting', 'checking', 'comparing', 'uploading', 'reconnecting', 'verifying'],
  resume: ['paused'],
  retry: ['failed'],
  'start-over': ['conflict'],
  // Not while verifying: from then on the server publishes the file, whoever leaves.
  cancel: ['waiting', 'checking', 'comparing', 'uploading', 'reconnecting', 'paused', 'failed', 'conflict'],
  dismiss: ['done', 'cancelled'],
};

/** What browsers show as a picture and the server offers as one; SVG is a download. */
const pictureTypes = /^image\/(avif|bmp|gif|jpeg|png|webp)$/;

export class UploadRow {
  readonly element: HTMLElement;
  private readonly bar: HTMLProgressElement;
  private readonly parts: Readonly<Record<'state' | 'percent' | 'speed' | 'timeLeft' | 'message', HTMLElement>>;
  private readonly window = new SpeedWindow();
  private measured: UploadState | undefined;
  private factsAt = -Infinity;
  private pictureUrl: string | undefined;

  /** @param root holds the template */
  constructor(root: ParentNode, private readonly upload: Upload, dismiss: () => void) {
    this.element = instantiate(root, 'upload');
    this.bar = find(this.element, 'progress', HTMLProgressElement);
    this.parts = {
      state: part(this.element, 'state'),
      percent: hook(this.element, 'percent', HTMLElement),
      speed: part(this.element, 'speed'),
      timeLeft: part(this.element, 'time-left'),
      message: part(this.element, 'message'),
    };
    const { name, size } = upload.file;
    const shown = displayName(upload.relativePath ?? name);
    setText(part(this.element, 'name'), shown);
    part(this.element, 'name').title = shown;
    setText(part(this.element, 'extension'), extensionOf(name));
    setText(part(this.element, 'size'), formatBytes(size));
    this.bar.setAttribute('aria-label', `Progress of ${name}`);
    this.onClick('pause', () => { upload.pause(); });
    this.onClick('resume', () => { upload.resume(); });
    this.onClick('retry', () => { upload.retry(); });
    this.onClick('start-over', () => { upload.startOver(); });
    this.onClick('cancel', () => void upload.cancel());
    this.onClick('dismiss', dismiss);
  }

  render(now: number): void {
    const { upload, element, bar, parts } = this;
    const { state } = upload;
    const percent = percentOf(upload);
    const { done, total } = phaseProgress(upload);
    if (element.dataset.state !== state) this.enter(state);
    bar.value = state === 'done' ? 1 : total > 0 ? Math.min(1, done / total) : 0;
    setText(parts.percent, `${percent}%`);
    this.renderFacts(now, done, total);
    const message = ['failed', 'conflict', 'reconnecting'].includes(state) ? upload.message : '';
    setText(parts.message, message);
    setHidden(parts.message, message === '');
  }

  remove(): void {
    this.element.remove();
    if (this.pictureUrl !== undefined) URL.revokeObjectURL(this.pictureUrl);
  }

  private enter(state: UploadState): void {
    const { element, upload } = this;
    element.dataset.state = state;
    setText(this.parts.state, stateWords[state]);
    const focused = element.contains(document.activeElement);
    for (const [action, states] of Object.entries(actions))
      setHidden(hook(element, action, HTMLButtonElement), !states.includes(state));
    if (state === 'done') this.showResult();
    // A button that disappears under the keyboard leaves its neighbour the focus.
    if (focused && !isVisible(document.activeElement))
      find(element, '.row-actions > :not([hidden])', HTMLElement).focus();
    if (upload.result?.instant === true) setHidden(hook(element, 'instant-badge', HTMLElement), false);
  }

  private renderFacts(now: number, done: number, total: number): void {
    const { upload, window } = this;
    const { state } = upload;
    const changed = state !== this.measured;
    if (changed) window.reset();
    this.measured = state;
    if (!changed && now - this.factsAt < factsInterval) return;
    this.factsAt = now;
    const moving = isMoving(state);
    if (moving) window.add(now, done);
    const speed = moving ? window.speed : undefined;
    const left = moving ? window.timeLeft(total - done) : undefined;
    setText(this.parts.speed, speed === undefined ? '' : formatSpeed(speed));
    setText(this.parts.timeLeft, left === undefined ? '' : `${formatDuration(left)} left`);
  }

  private showResult(): void {
    const file = this.upload.result;
    if (!file) return;
    const link = hook(this.element, 'file-link', HTMLAnchorElement);
    link.href = file.url;
    link.setAttribute('aria-label', `Open ${file.name}`);
    setHidden(link, false);
    if (!file.previewUrl || !pictureTypes.test(file.contentType ?? '')) return;
    const picture = hook(this.element, 'file-picture', HTMLImageElement);
    picture.alt = file.name;
    picture.src = this.pictureUrl = URL.createObjectURL(this.upload.file); // not from the server: it came from here
    picture.onload = () => {
      setHidden(part(this.element, 'extension'), true);
    };
    picture.onerror = () => {
      setHidden(picture, true);
    };
    setHidden(picture, false);
  }

  private onClick(action: string, handle: () => void): void {
    hook(this.element, action, HTMLButtonElement).addEventListener('click', handle);
  }
}

function isVisible(element: Element | null): boolean {
  return element instanceof HTMLElement && !element.hidden;
}
