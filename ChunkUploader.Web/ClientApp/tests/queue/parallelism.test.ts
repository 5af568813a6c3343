import { expect, it } from 'vitest';
import { Parallelism } from '../../src/queue/parallelism';

/** Runs it for minutes on a network where this many requests bring this many bytes a millisecond. */
function settle(rate: (requests: number) => number, failsAt = Infinity, parallelism = new Parallelism()) {
  const counts: number[] = [];
  let total = 0;
  let failures = 0;
  for (let time = 0; time < 600_000; time += 1000) {
    total += rate(parallelism.count) * 1000;
    if (parallelism.count >= failsAt) failures++;
    parallelism.observe({ time, total, failures });
    counts.push(parallelism.count);
  }
  return { counts, usual: counts.sort((a, b) => a - b)[counts.length >> 1], highest: Math.max(...counts) };
}

it('Where each request brings as much as the others, there are five', () => {
  const { usual, highest } = settle(requests => requests * 100);
  expect(usual).toBe(5);
  expect(highest).toBe(5);
});

it('Where one fills the line, it stays at few', () => {
  expect(settle(() => 100).usual).toBeLessThanOrEqual(2);
});

it('Where more only get in the way of each other, there are fewer', () => {
  expect(settle(requests => 100 - requests * 15).usual).toBe(1);
});

it('Requests that fail make it fewer', () => {
  expect(settle(requests => requests * 100, 3).usual).toBeLessThan(3);
});

it('What is measured while there is little to do says nothing', () => {
  const parallelism = new Parallelism(3);
  parallelism.observe({ time: 0, total: 0, failures: 0 });
  parallelism.pause();
  parallelism.observe({ time: 60_000, total: 1000, failures: 0 });
  expect(parallelism.count).toBe(3);
  parallelism.observe({ time: 64_000, total: 400_000, failures: 0 });
  expect(parallelism.count).toBe(4);
});

it('There is always one', () => {
  const { counts } = settle(() => 0, 0);
  expect(counts[0]).toBe(1);
});
