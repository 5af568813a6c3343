import { describe, expect, it, vi } from 'vitest';
import { ChunkSet } from '../../src/upload/chunks';
import type { UploadState } from '../../src/upload/upload';
import { cellsOf } from '../../src/page/chunk-map';
import { recordOf } from '../../src/page/record';
import { sessionOf, storedFile } from '../fakes';

function at(state: UploadState, chunkCount: number, received: number[], flying: number[]) {
  const chunks = new ChunkSet(chunkCount, received.map(index => [index, index]));
  const counters = { acknowledged: 0, read: 0, toRead: 0, chunks, inFlight: new Map(flying.map(index => [index, 1])) };
  return { state, counters, session: sessionOf({ chunkCount }) };
}

describe('The map of chunks', () => {
  it('tells what has become of each', () => {
    expect(cellsOf(at('uploading', 4, [0, 3], [1]))).toEqual(['received', 'flying', 'missing', 'received']);
    expect(cellsOf(at('done', 2, [], []))).toEqual(['verified', 'verified']);
  });

  it('of four million does not ask for each of them', () => {
    const count = 4_000_000;
    const map = at('uploading', count, [], [count - 1]);
    map.counters.chunks.add(0);
    const filled = at('uploading', count, [], []);
    filled.counters.chunks = new ChunkSet(count, [[0, count - 1]]);
    const [one, range] = [vi.spyOn(ChunkSet.prototype, 'has'), vi.spyOn(ChunkSet.prototype, 'hasAll')];
    const flying = vi.spyOn(map.counters.inFlight, 'has');
    expect(cellsOf(map).at(-1)).toBe('flying');
    expect(new Set(cellsOf(filled))).toEqual(new Set(['received']));
    expect([one.mock.calls.length, flying.mock.calls.length]).toEqual([0, 0]);
    expect(range.mock.calls.length).toBeLessThanOrEqual(2 * 2000);
  });

  it('puts several into a cell where there are many, and calls it received when all are', () => {
    expect(cellsOf(at('uploading', 10, [0, 1, 2, 3, 5, 9], [7]), 4)).toEqual(['received', 'missing', 'flying', 'received']);
  });
});

it('The record names the file, its digests, its time and its address', () => {
  const file = storedFile();
  const { id, name, size, md5, contentHash, uploadedAt, url } = file;
  const others = { id, name, size, md5, contentHash, uploadedAt };
  expect(JSON.parse(recordOf(file, 'https://example.org/x'))).toEqual({ ...others, url: `https://example.org${url}` });
});
