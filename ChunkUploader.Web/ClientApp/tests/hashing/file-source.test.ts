import { describe, expect, it, vi } from 'vitest';
import { blockSize } from '../../src/hashing/digester';
import { sourceOf } from '../../src/hashing/file-source';
import { bytesOf, fileOf, sameBytes } from '../fakes';

const bytes = bytesOf(2 * blockSize + 5);

describe('A file', () => {
  it('is read into memory that is used again', async () => {
    const source = sourceOf(fileOf(bytes));
    const first = await source.read(0, blockSize);
    expect(sameBytes(first, bytes.slice(0, blockSize))).toBe(true);
    source.recycle?.(first);
    const memory = first.buffer;
    const next = await source.read(blockSize + 7, 100_000);
    expect(sameBytes(next, bytes.slice(blockSize + 7, blockSize + 100_007))).toBe(true);
    expect(next.buffer.byteLength).toBe(blockSize);
    expect(memory.byteLength).toBe(0); // it was handed on
  });

  it('is read by older browsers, too', async () => {
    const file = fileOf(bytes);
    const slice = file.slice(3, 200_000);
    vi.spyOn(slice, 'stream').mockImplementation(() => {
      throw new TypeError('no byte streams');
    });
    vi.spyOn(file, 'slice').mockReturnValue(slice);
    expect(sameBytes(await sourceOf(file).read(3, 199_997), bytes.slice(3, 200_000))).toBe(true);
  });

  it('that is shorter than it was has changed', async () => {
    const source = sourceOf(fileOf(bytesOf(5)));
    await expect(source.read(0, 6)).rejects.toThrow('changed');
  });
});
