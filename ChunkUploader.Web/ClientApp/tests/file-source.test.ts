import { describe, expect, it, vi } from 'vitest';
import { blockSize } from '../src/digester';
import { sourceOf } from '../src/file-source';
import { bytesOf, fileOf, sameBytes } from './fakes';

const bytes = bytesOf(2 * blockSize + 5);

describe('A file', () => {
  it('is read into memory that is used again', async () => {
    const source = sourceOf(fileOf(bytes));
    const first = await source.read(0, blockSize);
    expect(sameBytes(first, bytes.slice(0, blockSize))).toBe(true);
    source.recycle?.(first);
    const last = await source.read(2 * blockSize, 5);
    expect([...last]).toEqual([...bytes.slice(2 * blockSize)]);
    expect(last.buffer.byteLength).toBe(blockSize);
  });

  it('is read by older browsers, too', async () => {
    const file = fileOf(bytes);
    const slice = file.slice(3, 9);
    vi.spyOn(slice, 'stream').mockImplementation(() => {
      throw new TypeError('no byte streams');
    });
    vi.spyOn(file, 'slice').mockReturnValue(slice);
    expect([...(await sourceOf(file).read(3, 6))]).toEqual([...bytes.slice(3, 9)]);
  });

  it('that is shorter than it was has changed', async () => {
    const source = sourceOf(fileOf(bytesOf(5)));
    await expect(source.read(0, 6)).rejects.toThrow('changed');
  });
});
