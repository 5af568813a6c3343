import type { Upload, UploadState } from '../upload/upload';
import { type TextKey, list, text } from '../texts/texts';
import { setText, part } from './elements';

/** Screen readers drop what is overwritten before they come to it: what ends together is told together. */
const gathering = 1000;

const ends: Partial<Record<UploadState, TextKey>> = {
  done: 'filesDone',
  failed: 'filesFailed',
  conflict: 'filesInConflict',
  moved: 'filesMoved',
  cancelling: 'filesCancelled',
  cancelled: 'filesCancelled',
};

/** Tells people who do not see the rows how uploads ended. */
export class Announcer {
  private readonly ended = new Map<Upload, UploadState>();
  private readonly element: HTMLElement;

  constructor(root: ParentNode) {
    this.element = part(root, 'announcement');
  }

  entered(upload: Upload): void {
    if (!(upload.state in ends)) return;
    if (this.ended.size === 0) setTimeout(() => { this.announce(); }, gathering);
    this.ended.set(upload, upload.state);
  }

  private announce(): void {
    const ended = [...this.ended];
    this.ended.clear();
    const [first] = ended;
    if (first) setText(this.element, ended.length === 1 ? sentenceOf(...first) : summaryOf(ended.map(([, state]) => state)));
  }
}

/** How one ended, in a sentence. */
export function endOf(name: string, state: UploadState, message: string): string {
  return text('ended', { name, state: text(state), message });
}

function sentenceOf({ file, message }: Upload, state: UploadState): string {
  return endOf(file.name, state, state === 'cancelling' ? text('undoHint') : message);
}

/** `12 files done, 2 files failed`. */
function summaryOf(states: readonly UploadState[]): string {
  return list(
    [...new Set(Object.values(ends))]
      .map(key => ({ key, count: states.filter(state => ends[state] === key).length }))
      .filter(({ count }) => count > 0)
      .map(({ key, count }) => text(key, { count })),
  );
}
