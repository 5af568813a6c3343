import { Slots } from '../upload/slots';
import { part, setHidden } from './elements';

/** What browsers show as a picture and the server offers as one; SVG is a download. */
const pictureTypes = /^image\/(avif|bmp|gif|jpeg|png|webp)$/;
/** Seconds into a video: its very first frame is often black, or not there yet. */
const shownFrame = 0.1;
/** A video that says nothing for so long, in milliseconds, lets others have its decoder. */
const patience = 15_000;
/** A seek may end before its frame can be drawn. */
const maxTries = 100;
/** Milliseconds. */
const retryTime = 50;
/** Browsers have few decoders, and the upload needs the processor, too. */
const decoding = new Slots(2);

/** A picture of a file in its row's tile, made of the file itself: nothing is asked of the server. */
export class Thumbnail {
  private readonly gone = new AbortController();
  private isTried = false;

  constructor(private readonly row: HTMLElement, private readonly file: File) {
    this.show(file.type);
  }

  /** Shows what there is to be seen of this type, unless something else was tried before. */
  show(type: string): void {
    if (this.isTried) return;
    this.isTried = pictureTypes.test(type) || type.startsWith('video/');
    if (pictureTypes.test(type)) this.showPicture();
    else if (this.isTried) void this.showFrame().catch(() => undefined); // of a kind that this browser cannot play
  }

  remove(): void {
    this.gone.abort();
  }

  private showPicture(): void {
    const picture = part(this.row, 'picture', HTMLImageElement);
    picture.alt = this.file.name;
    picture.src = this.open(this.gone.signal);
    picture.onload = () => {
      setHidden(part(this.row, 'extension'), true);
    };
    picture.onerror = () => {
      setHidden(picture, true);
    };
    setHidden(picture, false);
  }

  private async showFrame(): Promise<void> {
    const release = await decoding.acquire(this.gone.signal);
    const done = new AbortController();
    const video = document.createElement('video');
    try {
      Object.assign(video, { muted: true, playsInline: true, preload: 'auto' });
      await frameOf(video, this.open(done.signal), this.gone.signal);
      const canvas = part(this.row, 'frame', HTMLCanvasElement);
      for (let tries = 1; !draw(video, canvas); tries++) {
        if (tries === maxTries || this.gone.signal.aborted) return;
        await delay(retryTime);
      }
      canvas.setAttribute('aria-label', this.file.name);
      setHidden(canvas, false);
      setHidden(part(this.row, 'extension'), true);
    } finally {
      video.removeAttribute('src'); // lets go of the decoder
      video.load();
      done.abort();
      release();
    }
  }

  /** An address of the file, until the signal. */
  private open(signal: AbortSignal): string {
    const url = URL.createObjectURL(this.file);
    signal.addEventListener('abort', () => {
      URL.revokeObjectURL(url);
    });
    return url;
  }
}

/** Ends when the frame can be drawn. */
function frameOf(video: HTMLVideoElement, url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => {
      reject(new Error('There is no frame to be seen'));
    };
    video.onloadedmetadata = () => {
      video.currentTime = shownFrame;
    };
    video.onseeked = () => {
      resolve();
    };
    video.onerror = fail;
    signal.addEventListener('abort', fail);
    setTimeout(fail, patience);
    video.src = url;
  });
}

const delay = (milliseconds: number) => new Promise(resolve => { setTimeout(resolve, milliseconds); });

/**
 * Fills the canvas as `object-fit: cover` does.
 *
 * @returns whether there was a frame
 */
function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement): boolean {
  const { videoWidth, videoHeight } = video;
  const side = Math.min(videoWidth, videoHeight);
  if (side === 0) throw new Error('There is sound only');
  const [left, top] = [(videoWidth - side) / 2, (videoHeight - side) / 2];
  const context = canvas.getContext('2d');
  context?.drawImage(video, left, top, side, side, 0, 0, canvas.width, canvas.height);
  return context?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[3] !== 0;
}
