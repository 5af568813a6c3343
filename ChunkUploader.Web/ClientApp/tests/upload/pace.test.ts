import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from '../../src/upload/pace';
import { MiB } from '../fakes';

let pace: Pace;
let left: string[];

beforeEach(() => {
  vi.useFakeTimers();
  pace = new Pace();
  pace.bytesPerSecond = MiB;
  left = [];
});
afterEach(() => {
  vi.useRealTimers();
});

/** Takes so many bytes, and notes when they may leave. */
function take(name: string, bytes: number, { signal } = new AbortController()) {
  const taken = pace.take(bytes, signal);
  taken.then(() => left.push(name), () => undefined);
  return taken;
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

it('What is sent is spread over time, in the order in which it was asked for', async () => {
  void take('a', 2 * MiB);
  void take('b', MiB);
  void take('c', MiB);
  await pass(0);
  expect(left).toEqual(['a']);
  await pass(1999);
  expect(left).toEqual(['a']);
  await pass(1);
  expect(left).toEqual(['a', 'b']);
  await pass(1000);
  expect(left).toEqual(['a', 'b', 'c']);
});

it('Who waits goes at once when the limit is taken away, and as soon as a higher one lets it', async () => {
  void take('a', 60 * MiB);
  void take('b', 2 * MiB);
  void take('c', MiB);
  await pass(0);
  pace.bytesPerSecond = 2 * MiB;
  await pass(0);
  expect(left).toEqual(['a', 'b']);
  pace.bytesPerSecond = 0;
  await pass(0);
  expect(left).toEqual(['a', 'b', 'c']);
});

it('Nothing is owed of an earlier limit, or given back', async () => {
  pace.bytesPerSecond = 1;
  const settle = await take('a', MiB);
  pace.bytesPerSecond = MiB;
  void take('b', MiB);
  settle(0);
  void take('c', MiB);
  await pass(999);
  expect(left).toEqual(['a', 'b']);
  await pass(1);
  expect(left).toEqual(['a', 'b', 'c']);
});

it('Who goes away while it waits costs nobody anything', async () => {
  void take('a', MiB);
  const pauses = Array.from({ length: 6 }, () => new AbortController());
  const stopped = pauses.map(controller => take('stopped', 8 * MiB, controller));
  void take('b', MiB);
  for (const controller of pauses) controller.abort(new Error('paused'));
  for (const waiting of stopped) await expect(waiting).rejects.toThrow('paused');
  await expect(take('late', 1, pauses[0])).rejects.toThrow('paused');
  await pass(1000);
  expect(left).toEqual(['a', 'b']);
});

it('What did not leave after all is given back', async () => {
  const settle = await take('a', 8 * MiB);
  void take('b', MiB);
  await pass(1000);
  settle(MiB); // paused after a second
  await pass(0);
  expect(left).toEqual(['a', 'b']);
});

it('A clock that is set back stops nothing, and one that is set on lets nothing burst', async () => {
  await take('a', MiB);
  vi.setSystemTime(Date.now() - 3_600_000);
  void take('b', MiB);
  await pass(1000);
  expect(left).toEqual(['a', 'b']);
  vi.setSystemTime(Date.now() + 7_200_000);
  void take('c', MiB);
  await pass(999);
  expect(left).toEqual(['a', 'b']);
  await pass(1);
  expect(left).toEqual(['a', 'b', 'c']);
});
