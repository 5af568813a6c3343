import type { Queue } from '../queue/queue';
import type { Upload } from '../upload/upload';
import { text } from '../texts/texts';
import { copies } from './clipboard';
import { action, offer } from './elements';
import type { Question } from './question';

const isActive = ({ state, isRunning }: Upload) => isRunning || state === 'waiting';
/** Not while verifying: from then on the server publishes the file, whoever leaves. */
const isOpen = (upload: Upload) =>
  (isActive(upload) && upload.state !== 'verifying') || ['paused', 'failed', 'conflict'].includes(upload.state);

/** What can be done with several uploads at once, by the names of the buttons. */
const actions: Readonly<Record<string, readonly [isMeant: (upload: Upload) => boolean, act: (upload: Upload) => void]>> = {
  'pause-all': [isActive, upload => { upload.pause(); }],
  'resume-all': [({ state }) => state === 'paused', upload => { upload.resume(); }],
  'retry-all': [({ state, isFinal }) => state === 'failed' && !isFinal, upload => { upload.retry(); }],
  'undo-all': [({ state }) => state === 'cancelling', upload => { upload.undo(); }],
};

/** The buttons above the list. */
export class BulkActions {
  constructor(private readonly root: ParentNode, private readonly queue: Queue, private readonly question: Question) {
    for (const [name, [isMeant, act]] of Object.entries(actions))
      this.button(name).addEventListener('click', () => {
        for (const upload of this.those(isMeant)) act(upload);
      });
    this.button('cancel-all').addEventListener('click', () => void this.cancelAll());
    const links = () => this.those(({ state }) => state === 'done').flatMap(({ result }) =>
      result ? [new URL(result.url, location.href).href] : []);
    copies(this.button('copy-all-links'), () => links().join('\n'), () => text('linksCopied', { count: links().length }));
  }

  /** One file has buttons of its own. */
  render(): void {
    const next = action(this.root, 'choose-files', HTMLInputElement);
    const areSeveral = this.queue.uploads.size > 1;
    const show = (name: string, isMeant: (upload: Upload) => boolean) => {
      offer(this.button(name), areSeveral && this.isAny(isMeant), next);
    };
    for (const [name, [isMeant]] of Object.entries(actions)) show(name, isMeant);
    show('cancel-all', isOpen);
    show('copy-all-links', ({ state }) => state === 'done');
  }

  private async cancelAll(): Promise<void> {
    const bytes = this.those(isOpen).reduce((sum, { counters }) => sum + counters.acknowledged, 0);
    const name = text('allFiles', { count: this.those(isOpen).length });
    if (await this.question.maySpend(this, name, bytes)) for (const upload of this.those(isOpen)) upload.cancelSoon();
  }

  /** Those that run come last: the place that one of them leaves would be taken by one that waits. */
  private those(isMeant: (upload: Upload) => boolean): Upload[] {
    const all = Array.from(this.queue.uploads).filter(isMeant);
    return [...all.filter(({ isRunning }) => !isRunning), ...all.filter(({ isRunning }) => isRunning)];
  }

  private isAny(isMeant: (upload: Upload) => boolean): boolean {
    for (const upload of this.queue.uploads) if (isMeant(upload)) return true;
    return false;
  }

  private button(name: string): HTMLButtonElement {
    return action(this.root, name, HTMLButtonElement);
  }
}
