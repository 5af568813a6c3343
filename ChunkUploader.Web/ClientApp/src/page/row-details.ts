import type { StoredFile } from '../api/api';
import type { Upload } from '../upload/upload';
import { text } from '../texts/texts';
import { drawChunks } from './chunk-map';
import { copies } from './clipboard';
import { action, find, instantiate, part, setHidden, setText } from './elements';
import { recordOf } from './record';

/** What is shown of an upload on demand: when it is stored its link and its digests, and its chunks. */
export class RowDetails {
  readonly element: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly resizes = new ResizeObserver(() => {
    drawChunks(this.canvas, this.upload);
  });
  private isComplete = false;

  /** @param remove takes the upload off the list */
  constructor(root: ParentNode, private readonly upload: Upload, private readonly remove: () => void) {
    this.element = instantiate(root, 'details');
    this.canvas = find(this.element, 'canvas', HTMLCanvasElement);
    this.canvas.setAttribute('aria-label', text('chunkMapOf', { name: upload.file.name }));
    this.resizes.observe(this.canvas);
  }

  close(): void {
    this.resizes.disconnect();
    this.element.remove();
  }

  render(): void {
    const { result, session, counters, state } = this.upload;
    const count = session?.chunkCount ?? 1;
    const isDone = state === 'done';
    // Before there is a session, and when there is none any more, nobody knows of chunks.
    setHidden(part(this.element, 'chunks'), !isDone && session === undefined);
    drawChunks(this.canvas, this.upload);
    const done = isDone ? count : (counters.chunks?.size ?? 0);
    setText(part(this.element, 'chunk-count'), text('chunksOf', { done, count }));
    if (result && !this.isComplete) this.complete(result);
  }

  private complete(file: StoredFile): void {
    this.isComplete = true;
    const { element } = this;
    const link = part(element, 'stored-link', HTMLAnchorElement);
    link.href = file.url;
    setText(link, link.href);
    setText(part(element, 'md5'), file.md5);
    setText(part(element, 'content-hash'), file.contentHash);
    const button = (name: string) => action(element, name, HTMLButtonElement);
    copies(button('copy-md5'), () => file.md5);
    copies(button('copy-content-hash'), () => file.contentHash);
    button('remove').addEventListener('click', this.remove);
    const record = action(element, 'save-checksums', HTMLAnchorElement);
    record.download = `${file.name}.checksums.json`;
    record.href = `data:application/json,${encodeURIComponent(recordOf(file, location.href))}`;
    action(element, 'download', HTMLAnchorElement).href = file.downloadUrl;
    setHidden(part(element, 'stored'), false);
  }
}
