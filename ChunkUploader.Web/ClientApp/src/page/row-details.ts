import type { StoredFile } from '../core/api';
import type { Upload } from '../core/upload';
import { text } from '../texts/texts';
import { drawChunks } from './chunk-map';
import { find, hook, instantiate, part, setHidden, setText } from './elements';
import { receiptOf } from './receipt';

/** What is shown of an upload on demand: its chunks, and when it is stored its digests, its link and its receipt. */
export class RowDetails {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private isComplete = false;

  constructor(root: ParentNode, private readonly upload: Upload) {
    this.element = instantiate(root, 'details');
    this.canvas = find(this.element, 'canvas', HTMLCanvasElement);
    this.canvas.setAttribute('aria-label', text('chunkMapOf', { name: upload.file.name }));
  }

  render(): void {
    drawChunks(this.canvas, this.upload);
    const { result } = this.upload;
    if (result && !this.isComplete) this.complete(result);
  }

  private complete(file: StoredFile): void {
    this.isComplete = true;
    const { element } = this;
    setText(part(element, 'md5'), file.md5 ?? '');
    setText(part(element, 'content-hash'), file.contentHash ?? '');
    this.copies('copy-md5', () => file.md5 ?? '');
    this.copies('copy-content-hash', () => file.contentHash ?? '');
    this.copies('copy-link', () => new URL(file.url, location.href).href);
    const receipt = hook(element, 'receipt', HTMLAnchorElement);
    receipt.download = `${file.name}.receipt.json`;
    receipt.href = `data:application/json,${encodeURIComponent(receiptOf(file, location.href))}`;
    hook(element, 'file-download', HTMLAnchorElement).href = file.downloadUrl ?? file.url;
    setHidden(part(element, 'stored'), false);
  }

  private copies(id: string, value: () => string): void {
    const button = hook(this.element, id, HTMLButtonElement);
    const words = button.textContent;
    button.addEventListener('click', () => {
      void copy(value()).then(() => {
        setText(button, text('copied'));
        setTimeout(() => {
          setText(button, words);
        }, 2000);
      });
    });
  }
}

/** Plain http has no clipboard of its own: there the old command does. */
async function copy(value: string): Promise<void> {
  // The compiler believes that every page has one.
  const { clipboard } = navigator as { clipboard?: Clipboard };
  if (clipboard) {
    await clipboard.writeText(value);
    return;
  }
  const area = Object.assign(document.createElement('textarea'), { value });
  document.body.append(area);
  area.select();
  document.execCommand('copy'); // eslint-disable-line @typescript-eslint/no-deprecated
  area.remove();
}
