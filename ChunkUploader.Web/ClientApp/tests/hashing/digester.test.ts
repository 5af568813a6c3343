import { describe, expect, it } from 'vitest';
import { FileChangedError } from '../../src/hashing/file-changed';
import { Digester, blockSize } from '../../src/hashing/digester';
import { type Sha256, toHex, wasm } from '../../src/hashing/sha256';
import { KiB, MiB, bytesOf } from '../fakes';

function sourceOf(bytes: Uint8Array<ArrayBuffer>) {
  const reads: [number, number][] = [];
  const read = (offset: number, length: number) => {
    reads.push([offset, length]);
    return Promise.resolve(bytes.slice(offset, offset + length));
  };
  return { source: { size: bytes.length, read }, reads };
}

const create = (bytes: Uint8Array<ArrayBuffer>, sha256: Sha256 = wasm) => Digester.create(sourceOf(bytes).source, sha256);

// Computed with hashlib: MD5, and SHA-256 over the SHA-256 digests of the 4 MiB blocks.
const sample = bytesOf(9 * MiB + 5);
const sampleDigests = {
  md5: '00425e0aad596a244fb84ba108f8f4dc',
  contentHash: '8419dbd7c72c4bb1ac014ee9c74b15900520a862d689fbd31ae5bc1ce4900cd6',
};

describe('Known digests', () => {
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72', '4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358'],
  ])('of "%s"', async (text, md5, contentHash) => {
    const digester = await create(new TextEncoder().encode(text));
    await digester.advance(text.length);
    expect(await digester.finish()).toEqual({ md5, contentHash });
  });

  it('are the same with the digest of the platform', async () => {
    const subtle: Sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const digester = await create(sample, subtle);
    await digester.advance(sample.length);
    expect(await digester.finish()).toEqual(sampleDigests);
  });

  it.each([256 * KiB, 1 * MiB, 4 * MiB, 5_000_000, 8 * MiB, 64 * MiB])('do not depend on chunks of %i', async size => {
    const digester = await create(sample);
    for (let at = 0; at < sample.length; at += size) await digester.chunk(at, Math.min(size, sample.length - at));
    expect(await digester.finish()).toEqual(sampleDigests);
  });

  it('do not depend on blocks that were compared first, in any order', async () => {
    const digester = await create(sample);
    expect(await digester.block(2)).toBe(toHex(await wasm(sample.slice(2 * blockSize))));
    expect(digester.position).toBe(0);
    await digester.block(0);
    expect(digester.position).toBe(blockSize);
    await digester.chunk(0, 8 * MiB);
    await digester.chunk(8 * MiB, sample.length - 8 * MiB);
    expect(await digester.finish()).toEqual(sampleDigests);
  });

  it('are refused before all bytes have come by', async () => {
    const digester = await create(sample);
    await digester.advance(blockSize);
    await expect(digester.finish()).rejects.toThrow();
  });
});

describe('A chunk', () => {
  it('has one digest for each 4 MiB of it', async () => {
    const digester = await create(sample);
    expect(await digester.chunk(1 * MiB, 6 * MiB)).toEqual([
      toHex(await wasm(sample.slice(1 * MiB, 5 * MiB))),
      toHex(await wasm(sample.slice(5 * MiB, 7 * MiB))),
    ]);
  });

  it('is read once, though the first block is digested before the chunks are planned', async () => {
    const { source, reads } = sourceOf(sample);
    const digester = await Digester.create(source, wasm);
    await digester.block(0);
    await digester.chunk(0, 8 * MiB);
    await digester.chunk(8 * MiB, sample.length - 8 * MiB);
    expect(reads).toEqual([[0, blockSize], [blockSize, blockSize], [8 * MiB, sample.length - 8 * MiB]]);
    expect(await digester.finish()).toEqual(sampleDigests);
  });

  it('whose bytes are not what they were is refused', async () => {
    const bytes = sample.slice();
    const digester = await create(bytes);
    await digester.block(1);
    bytes.fill(0, blockSize + 9, blockSize + 12);
    await expect(digester.advance(2 * blockSize)).rejects.toBeInstanceOf(FileChangedError);
  });

  it('that is asked about again is read again', async () => {
    const bytes = sample.slice();
    const digester = await create(bytes);
    const digests = await digester.chunk(0, 8 * MiB);
    await expect(digester.confirm(0, 8 * MiB, digests)).resolves.toBeUndefined();
    bytes.fill(0, blockSize + 9, blockSize + 12);
    await expect(digester.confirm(0, 8 * MiB, digests)).rejects.toBeInstanceOf(FileChangedError);
  });
});

it('A whole file tells everything at once, and is read once', async () => {
  const { source, reads } = sourceOf(sample);
  const { sha256, ...digests } = await (await Digester.create(source, wasm)).whole();
  expect(digests).toEqual(sampleDigests);
  expect(sha256[0]).toBe(toHex(await wasm(sample.slice(0, blockSize))));
  expect(sha256).toHaveLength(3);
  expect(reads).toHaveLength(3);
});

it('The proof of possession covers the nonce and the ranges in their order', async () => {
  const digester = await create(sample);
  const answer = await digester.answer({ nonce: '00'.repeat(32), ranges: [[1, 3], [5_000_000, 7]] });
  expect(answer).toBe('067dad561e261476c68036609e6f1268638da13d30d0649e5ff0e0d988b28c67');
});
