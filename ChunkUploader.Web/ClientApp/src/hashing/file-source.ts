import { FileChangedError } from './file-changed';
import { type ByteSource, blockSize } from './digester';

/** Enough for what several files read at a time. */
const mostSpare = 4;
const worthIt = 64 * 1024;
const spare: ArrayBuffer[] = [];
/** Chromium collects a stream that only a pending read knows of, and the read never ends: so they are kept here. */
const reading = new Set<ReadableStreamBYOBReader>();

/**
 * Reads a file into memory that is used again: what a Blob gives as a new buffer each time stays until the browser
 * collects its garbage, gigabytes of it, and takes more than twice as long.
 */
export function sourceOf(file: Blob): ByteSource {
  return {
    size: file.size,
    async read(offset, length) {
      let bytes: Uint8Array<ArrayBuffer>;
      try {
        // For a slice, the browser looks at the disk and has everything wait.
        bytes = await fill(length === file.size ? file : file.slice(offset, offset + length));
      } catch {
        throw new FileChangedError();
      }
      if (bytes.length !== length) throw new FileChangedError();
      return bytes;
    },
    recycle({ buffer }) {
      if (buffer.byteLength === blockSize && spare.length < mostSpare) spare.push(buffer);
    },
  };
}

async function fill(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const reader = readerOf(blob);
  if (!reader) return new Uint8Array(await blob.arrayBuffer());
  reading.add(reader);
  try {
    return await readAll(reader, blob.size);
  } finally {
    reading.delete(reader);
  }
}

async function readAll(reader: ReadableStreamBYOBReader, size: number): Promise<Uint8Array<ArrayBuffer>> {
  let buffer = spare.pop() ?? new ArrayBuffer(blockSize);
  let filled = 0;
  while (filled < size) {
    const { value, done } = await reader.read(new Uint8Array(buffer, filled, size - filled));
    if (done) break;
    buffer = value.buffer; // the one that was handed over is gone
    filled += value.length;
  }
  return new Uint8Array(buffer, 0, filled);
}

/** Older browsers cannot read into memory that is there, and for little it is not worth it. */
function readerOf(blob: Blob): ReadableStreamBYOBReader | undefined {
  if (blob.size > blockSize || blob.size < worthIt) return undefined;
  try {
    return blob.stream().getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}
