import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AnswerTime } from '../../src/api/answer-time';
import { KiB, MiB } from '../fakes';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const now = () => performance.now();

it('An answer is waited for longer the more was sent, at the slowest rate seen', () => {
  const time = new AnswerTime();
  expect(time.of(0)).toBe(30_000);
  expect(time.of(8 * MiB)).toBe(62_000); // a proxy that forwards it 40 s later
  time.answered(8 * MiB, 100);
  expect(time.of(8 * MiB)).toBe(62_000);
  time.answered(8 * MiB, 128_000); // 64 KiB a second
  time.answered(KiB, 10_000); // says nothing
  expect(time.of(8 * MiB)).toBe(158_000);
});

it('After a silence it is waited for twice as long, at most ten minutes, until one comes', () => {
  const time = new AnswerTime();
  expect(time.silent(now())).toBe(false);
  expect(time.of(0)).toBe(60_000);
  vi.advanceTimersByTime(1);
  expect(time.silent(now())).toBe(true);
  expect(time.of(0)).toBe(120_000);
  for (let more = 0; more < 9; more++) {
    vi.advanceTimersByTime(1);
    time.silent(now());
  }
  expect(time.of(0)).toBe(600_000);
  time.answered(0, 1);
  expect(time.of(0)).toBe(30_000);
});

it('Requests that are silent together count as one', () => {
  const time = new AnswerTime();
  const started = now();
  vi.advanceTimersByTime(30_000);
  expect([time.silent(started), time.silent(started), time.silent(started)]).toEqual([false, false, false]);
  expect(time.of(0)).toBe(60_000);
});
