import { createMD5, createSHA256, type IHasher } from 'hash-wasm';
import type { Challenge, Digests } from './api';
import { FileChangedError } from './file-changed';
import { type Sha256, fromHex, toHex } from './sha256';

/** The unit of the content hash. */
export const blockSize = 4 * 1024 * 1024;
const digestSize = 32;

/** Where the bytes come from: a File in the worker, memory in tests. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, length: number): Promise<ArrayBuffer>;
}

export interface DigestedChunk {
  readonly bytes: ArrayBuffer;
  /** Hex SHA-256 of each 4 MiB piece, counted from the start of the chunk. */
  readonly sha256: readonly string[];
}

/**
 * All digests of one file. Blocks may be read in any order; MD5, which is serial, takes the bytes at `position` whenever
 * they come by. Calls must not overlap.
 *
 * The content hash is SHA-256 over the SHA-256 digests of the file's 4 MiB blocks (Dropbox's published algorithm).
 */
export class Digester {
  /** How far MD5 has come. */
  position = 0;
  private readonly digests: Uint8Array<ArrayBuffer>;
  private readonly known: Uint8Array;
  private head: ArrayBuffer | undefined;
  private result: Digests | undefined;

  private constructor(
    private readonly source: ByteSource,
    private readonly sha256: Sha256,
    private readonly md5: IHasher,
    /** For a block that comes in several chunks: SHA-256 of what has come of it up to `position`. */
    private readonly partial: IHasher,
  ) {
    const blocks = Math.ceil(source.size / blockSize);
    this.digests = new Uint8Array(blocks * digestSize);
    this.known = new Uint8Array(blocks);
  }

  static async create(source: ByteSource, sha256: Sha256): Promise<Digester> {
    return new Digester(source, sha256, (await createMD5()).init(), (await createSHA256()).init());
  }

  /** The digest of one block, read only if it is not known yet. */
  async block(index: number): Promise<string> {
    if (this.known[index] !== 1) {
      const offset = index * blockSize;
      const { bytes } = await this.chunk(offset, Math.min(blockSize, this.source.size - offset));
      // The first block is digested before the plan of the chunks is known: it is kept, not read again.
      if (index === 0) this.head = bytes;
    }
    return toHex(this.digestOf(index));
  }

  /** Reads a chunk to be sent. */
  async chunk(offset: number, length: number): Promise<DigestedChunk> {
    const bytes = await this.load(offset, length);
    const starts = Array.from({ length: Math.ceil(length / blockSize) }, (_, piece) => piece * blockSize);
    const digests = await Promise.all(
      starts.map(start => this.sha256(new Uint8Array(bytes, start, Math.min(blockSize, length - start)))),
    );
    digests.forEach((digest, piece) => {
      this.learn(offset + piece * blockSize, Math.min(blockSize, length - piece * blockSize), digest);
    });
    if (offset <= this.position) this.feed(new Uint8Array(bytes).subarray(this.position - offset));
    return { bytes, sha256: digests.map(toHex) };
  }

  /** Hashes on to `end` without keeping what was read. */
  async advance(end: number): Promise<void> {
    while (this.position < end) {
      const toBoundary = blockSize - (this.position % blockSize);
      await this.chunk(this.position, Math.min(toBoundary, end - this.position));
    }
  }

  /** Once the whole file has come by. */
  async finish(): Promise<Digests> {
    if (this.position < this.source.size || this.known.includes(0)) throw new Error('Not all of the file was read.');
    return (this.result ??= { md5: this.md5.digest('hex'), contentHash: toHex(await this.sha256(this.digests)) });
  }

  /** SHA-256 over the nonce and the bytes of the ranges: shows that we have the file, not just its digests. */
  async answer({ nonce, ranges }: Challenge): Promise<string> {
    const parts = [fromHex(nonce)];
    for (const [offset, length] of ranges) parts.push(new Uint8Array(await this.source.read(offset, length)));
    return toHex(await this.sha256(new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer())));
  }

  private async load(offset: number, length: number): Promise<ArrayBuffer> {
    const head = this.head;
    const end = offset + length;
    if (head && end >= head.byteLength) this.head = undefined;
    if (!head || offset >= head.byteLength) return this.source.read(offset, length);
    if (end <= head.byteLength) return head.slice(offset, end);
    const joined = new Uint8Array(length);
    joined.set(new Uint8Array(head, offset));
    joined.set(new Uint8Array(await this.source.read(head.byteLength, end - head.byteLength)), head.byteLength - offset);
    return joined.buffer;
  }

  /** A piece that is a whole block gives that block's digest. */
  private learn(offset: number, length: number, digest: Uint8Array): void {
    const block = offset / blockSize;
    if (!Number.isInteger(block) || length !== Math.min(blockSize, this.source.size - offset)) return;
    if (this.known[block] === 1 && toHex(this.digestOf(block)) !== toHex(digest)) throw new FileChangedError();
    this.digests.set(digest, block * digestSize);
    this.known[block] = 1;
  }

  private feed(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; ) {
      const block = Math.floor(this.position / blockSize);
      const blockEnd = Math.min((block + 1) * blockSize, this.source.size);
      const part = bytes.subarray(start, start + blockEnd - this.position);
      this.md5.update(part);
      if (this.position % blockSize === 0) this.partial.init();
      if (this.known[block] !== 1) this.partial.update(part);
      start += part.length;
      this.position += part.length;
      if (this.position === blockEnd && this.known[block] !== 1)
        this.learn(block * blockSize, blockEnd - block * blockSize, this.partial.digest('binary'));
    }
  }

  private digestOf(block: number): Uint8Array {
    return this.digests.subarray(block * digestSize, (block + 1) * digestSize);
  }
}
