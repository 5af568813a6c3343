import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoredLimit } from '../../src/upload/limit-memory';
import { Limits } from '../../src/upload/limits';
import { KiB, MiB } from '../fakes';

describe('Chunks', () => {
  it('are as large as the server likes, until a proxy refuses them', () => {
    const limits = new Limits();
    expect(limits.chunkWish).toBeUndefined();
    expect(limits.wholeFile).toBe(8 * MiB);
    expect(limits.shrink(8 * MiB)).toBe(true);
    expect([limits.chunkWish, limits.wholeFile]).toEqual([2 * MiB, 2 * MiB]);
    expect(limits.shrink(5 * MiB)).toBe(true); // an older session's chunk
    expect(limits.chunkWish).toBe(1 * MiB);
    expect(limits.shrink(MiB)).toBe(true);
    expect(limits.chunkWish).toBe(256 * KiB);
    expect(limits.shrink(256 * KiB)).toBe(false);
  });

  it('are as large as the server says, those of small files too', () => {
    const limits = new Limits();
    limits.learn({ maxFileSize: 100 * MiB, chunkSize: MiB });
    expect([limits.chunkWish, limits.wholeFile, limits.maxFileSize]).toEqual([undefined, MiB, 100 * MiB]);
    limits.learn({ maxFileSize: 100 * MiB, chunkSize: 64 * MiB });
    expect([limits.chunkWish, limits.wholeFile]).toEqual([undefined, 8 * MiB]);
    limits.shrink(64 * MiB);
    expect([limits.chunkWish, limits.wholeFile]).toEqual([16 * MiB, 8 * MiB]);
  });

  it('take about a second each where the speed is limited', () => {
    const limits = new Limits();
    limits.bytesPerSecond = 1.5 * MiB;
    expect(limits.chunkWish).toBe(MiB);
    limits.bytesPerSecond = 10;
    expect(limits.chunkWish).toBe(256 * KiB);
    limits.bytesPerSecond = 0;
    expect(limits.chunkWish).toBeUndefined();
  });
});

describe('What was learned of a proxy', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
    };
    vi.stubGlobal('localStorage', storage);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const open = (origin = 'https://a.test') => new Limits(new StoredLimit(origin));

  it('is known to the next page, of that server only, for a week', () => {
    open().shrink(8 * MiB);
    expect(open().chunkWish).toBe(2 * MiB);
    expect(open('https://b.test').chunkWish).toBeUndefined();
    vi.advanceTimersByTime(7 * 24 * 3_600_000 - 1);
    expect(open().chunkWish).toBe(2 * MiB);
    vi.advanceTimersByTime(1);
    expect(open().chunkWish).toBeUndefined();
  });

  it.each(['', 'nonsense', 'null', '{}', '{"largest":"1","until":99999999999999}', '{"largest":-1,"until":99999999999999}', '{"largest":1e99,"until":99999999999999}'])(
    'and holds something else is not believed: %s',
    value => {
      localStorage.setItem('chunk-uploader largest-chunk https://a.test', value);
      expect(open().chunkWish).toBeUndefined();
    },
  );

  it('is learned all the same where nothing can be stored', () => {
    vi.stubGlobal('localStorage', undefined);
    const limits = open();
    expect(limits.shrink(8 * MiB)).toBe(true);
    expect(limits.chunkWish).toBe(2 * MiB);
  });
});
