import type { StoredFile } from '../core/api';
import type { Upload } from '../core/upload';
import { text } from '../texts/texts';
import { drawChunks } from './chunk-map';
import { copies } from './clipboard';
import { find, hook, instantiate, part, setHidden, setText } from './elements';
import { receiptOf } from './receipt';

/** What is shown of an upload on demand: its chunks, and when it is stored its digests, its link and its receipt. */
export class RowDetails {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly resizes = new ResizeObserver(() => {
    drawChunks(this.canvas, this.upload);
  });
  private isComplete = false;

  constructor(root: ParentNode, private readonly upload: Upload) {
    this.element = instantiate(root, 'details');
    this.canvas = find(this.element, 'canvas', HTMLCanvasElement);
    this.canvas.setAttribute('aria-label', text('chunkMapOf', { name: upload.file.name }));
    this.resizes.observe(this.canvas);
  }

  remove(): void {
    this.resizes.disconnect();
    this.element.remove();
  }

  render(): void {
    drawChunks(this.canvas, this.upload);
    const { result, session, counters, state } = this.upload;
    const count = session?.chunkCount ?? 1;
    const done = state === 'done' ? count : (counters.chunks?.size ?? 0);
    setText(part(this.element, 'chunk-count'), text('chunksOf', { done, count }));
    if (result && !this.isComplete) this.complete(result);
  }

  private complete(file: StoredFile): void {
    this.isComplete = true;
    const { element } = this;
    setText(part(element, 'md5'), file.md5 ?? '');
    setText(part(element, 'content-hash'), file.contentHash ?? '');
    const button = (id: string) => hook(element, id, HTMLButtonElement);
    copies(button('copy-md5'), () => file.md5 ?? '');
    copies(button('copy-content-hash'), () => file.contentHash ?? '');
    copies(button('copy-link'), () => new URL(file.url, location.href).href);
    const receipt = hook(element, 'receipt', HTMLAnchorElement);
    receipt.download = `${file.name}.receipt.json`;
    receipt.href = `data:application/json,${encodeURIComponent(receiptOf(file, location.href))}`;
    hook(element, 'file-download', HTMLAnchorElement).href = file.downloadUrl ?? file.url;
    setHidden(part(element, 'stored'), false);
  }
}
