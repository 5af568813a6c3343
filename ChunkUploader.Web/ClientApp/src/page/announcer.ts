import type { Upload, UploadState } from '../core/upload';
import { type TextKey, list, text } from '../texts/texts';
import { setText, part } from './elements';

/** Screen readers drop what is overwritten before they come to it: what ends together is told together. */
const gathering = 1000;

const ends: Partial<Record<UploadState, TextKey>> = {
  done: 'filesDone',
  failed: 'filesFailed',
  conflict: 'filesInConflict',
  moved: 'filesMoved',
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

function sentenceOf({ file, message }: Upload, state: UploadState): string {
  return text('ended', { name: file.name, state: text(state), message });
}

/** `12 files done, 2 files failed`. */
function summaryOf(states: readonly UploadState[]): string {
  return list(
    Object.entries(ends)
      .map(([end, key]) => ({ key, count: states.filter(state => state === end).length }))
      .filter(({ count }) => count > 0)
      .map(({ key, count }) => text(key, { count })),
  );
}
