import { createMD5, createSHA256, type IHasher } from 'hash-wasm';
import type { Challenge, Digests } from '../api/api';
import { FileChangedError } from './file-changed';
import { type Sha256, fromHex, toHex } from './sha256';

/** Up to this many bytes a file is read once, and handed out together with its digests. */
export const handedOut = 256 * 1024;
/** The unit of the content hash. */
export const blockSize = 4 * 1024 * 1024;
const digestSize = 32;

/** Where the bytes come from: a File in the worker, memory in tests. */
export interface ByteSource {
  readonly size: number;
  /** Rejects with a FileChangedError where the bytes are not there any more. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** What was read is not needed any more. */
  recycle?(bytes: Uint8Array<ArrayBuffer>): void;
}

/** Everything there is to know of a file that is read at once. */
export interface WholeDigests extends Digests {
  /** Hex SHA-256 of each block. */
  readonly sha256: readonly string[];
  /** The file itself, if it is small. */
  readonly content?: Uint8Array<ArrayBuffer>;
}

/**
 * All digests of one file. Blocks may be read in any order; MD5, which is serial, takes the bytes at `position` whenever
 * they come by. Calls must not overlap, `confirm` apart. Bytes are given back as soon as they are hashed.
 *
 * The content hash is SHA-256 over the SHA-256 digests of the file's 4 MiB blocks (Dropbox's published algorithm).
 */
export class Digester {
  /** How far MD5 has come. */
  position = 0;
  private readonly digests: Uint8Array<ArrayBuffer>;
  private readonly known: Uint8Array;
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
  block(index: number): Promise<string> {
    const offset = index * blockSize;
    return this.piece(offset, Math.min(blockSize, this.source.size - offset));
  }

  /** Hex SHA-256 of each 4 MiB piece of a chunk, counted from its start; read only where it is not known yet. */
  async chunk(offset: number, length: number): Promise<string[]> {
    const digests: string[] = [];
    for (const [start, size] of piecesOf(offset, length)) digests.push(await this.piece(start, size));
    return digests;
  }

  /** Hashes on to `end`. */
  async advance(end: number): Promise<void> {
    while (this.position < end) {
      const toBoundary = blockSize - (this.position % blockSize);
      await this.piece(this.position, Math.min(toBoundary, end - this.position));
    }
  }

  /** Once the whole file has come by. */
  async finish(): Promise<Digests> {
    if (this.position < this.source.size || this.known.includes(0)) throw new Error('Not all of the file was read.');
    return (this.result ??= { md5: this.md5.digest('hex'), contentHash: toHex(await this.sha256(this.digests)) });
  }

  /** Reads what has not been read, and gives all digests: for files that are sent whole. */
  async whole(): Promise<WholeDigests> {
    const { size } = this.source;
    const content = size <= handedOut ? await this.source.read(0, size) : undefined;
    if (content) await this.hash(content, 0, 0);
    else await this.advance(size);
    const digests = { ...(await this.finish()), sha256: await this.chunk(0, size) };
    return content ? { ...digests, content } : digests;
  }

  /** Reads a chunk again, and throws a FileChangedError unless it is what it was. */
  async confirm(offset: number, length: number, sha256: readonly string[]): Promise<void> {
    for (const [piece, [start, size]] of piecesOf(offset, length).entries()) {
      const bytes = await this.source.read(start, size);
      const digest = toHex(await this.sha256(bytes));
      this.source.recycle?.(bytes);
      if (digest !== sha256[piece]) throw new FileChangedError();
    }
  }

  /** SHA-256 over the nonce and the bytes of the ranges: shows that we have the file, not just its digests. */
  async answer({ nonce, ranges }: Challenge): Promise<string> {
    const parts = [fromHex(nonce)];
    for (const [offset, length] of ranges) parts.push((await this.source.read(offset, length)).slice());
    return toHex(await this.sha256(new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer())));
  }

  private async piece(offset: number, length: number): Promise<string> {
    const block = this.blockOf(offset, length);
    const isFed = offset > this.position || offset + length <= this.position;
    if (isFed && block !== undefined && this.known[block] === 1) return toHex(this.digestOf(block));

    const bytes = await this.source.read(offset, length);
    const digest = await this.hash(bytes, offset, block);
    this.source.recycle?.(bytes);
    return toHex(digest);
  }

  private async hash(bytes: Uint8Array<ArrayBuffer>, offset: number, block: number | undefined): Promise<Uint8Array> {
    const hashing = this.sha256(bytes); // on another thread, where the browser does it
    if (offset <= this.position)
      this.feed(bytes.subarray(this.position - offset), block !== undefined);
    const digest = await hashing;
    if (block !== undefined) this.learn(block, digest);
    return digest;
  }

  /** The block that a piece is, if it is a whole one. */
  private blockOf(offset: number, length: number): number | undefined {
    const isWhole = offset % blockSize === 0 && length === Math.min(blockSize, this.source.size - offset);
    return isWhole ? offset / blockSize : undefined;
  }

  private learn(block: number, digest: Uint8Array): void {
    if (this.known[block] === 1 && toHex(this.digestOf(block)) !== toHex(digest)) throw new FileChangedError();
    this.digests.set(digest, block * digestSize);
    this.known[block] = 1;
  }

  /** @param isWhole whether the bytes end a block whose digest is computed apart */
  private feed(bytes: Uint8Array, isWhole: boolean): void {
    for (let start = 0; start < bytes.length; ) {
      const block = Math.floor(this.position / blockSize);
      const blockEnd = Math.min((block + 1) * blockSize, this.source.size);
      const part = bytes.subarray(start, start + blockEnd - this.position);
      const isApart = isWhole || this.known[block] === 1;
      this.md5.update(part);
      if (this.position % blockSize === 0) this.partial.init();
      if (!isApart) this.partial.update(part);
      start += part.length;
      this.position += part.length;
      if (this.position === blockEnd && !isApart) this.learn(block, this.partial.digest('binary'));
    }
  }

  private digestOf(block: number): Uint8Array {
    return this.digests.subarray(block * digestSize, (block + 1) * digestSize);
  }
}

function piecesOf(offset: number, length: number): [offset: number, length: number][] {
  const count = Math.ceil(length / blockSize);
  return Array.from({ length: count }, (_, piece) => [
    offset + piece * blockSize,
    Math.min(blockSize, length - piece * blockSize),
  ]);
}
