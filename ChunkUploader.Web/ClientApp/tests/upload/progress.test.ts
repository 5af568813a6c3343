import { describe, expect, it } from 'vitest';
import { SpeedWindow, percentOf, phaseProgress } from '../../src/upload/progress';
import type { UploadState } from '../../src/upload/upload';
import { bytesOf, fileOf } from '../fakes';

const at = (state: UploadState, acknowledged: number, inFlight: number[] = [], read = 0, toRead = 0) => ({
  state,
  file: fileOf(bytesOf(1000)),
  counters: { acknowledged, inFlight: new Map(inFlight.entries()), read, toRead },
});

describe('Progress', () => {
  it('is the sum of what the server has and what is on its way', () => {
    expect(phaseProgress(at('uploading', 300, [50, 150]))).toEqual({ done: 500, total: 1000 });
    expect(percentOf(at('reconnecting', 300, [50]))).toBe(35);
  });

  it('is of the reading while nothing is sent', () => {
    expect(percentOf(at('comparing', 900, [], 100, 400))).toBe(25);
    expect(percentOf(at('checking', 900))).toBe(90); // nothing to read: the upload goes on from a pause
  });

  it('is rounded down, and 100 only when all has been acknowledged', () => {
    expect(percentOf(at('uploading', 999))).toBe(99);
    expect(percentOf(at('uploading', 900, [100]))).toBe(99);
    expect(percentOf(at('verifying', 1000))).toBe(100);
  });

  it('of an empty file is nothing, then all', () => {
    const empty = { ...at('checking', 0), file: fileOf(bytesOf(0)) };
    expect(percentOf(empty)).toBe(0);
    expect(percentOf({ ...empty, state: 'done' })).toBe(100);
  });
});

describe('Speed', () => {
  it('is unknown until there is something to measure', () => {
    const window = new SpeedWindow();
    expect(window.speed).toBeUndefined();
    window.add(0, 5000);
    expect(window.speed).toBeUndefined();
    expect(window.timeLeft(100)).toBeUndefined();
  });

  it('counts only what was sent since the start', () => {
    const window = new SpeedWindow();
    window.add(0, 5000);
    window.add(1000, 5100);
    expect(window.speed).toBe(100);
    expect(window.timeLeft(250)).toBe(2.5);
  });

  it('follows the network: what is older than the window no longer counts', () => {
    const window = new SpeedWindow();
    for (let second = 0; second <= 20; second++) window.add(second * 1000, second * 1000);
    for (let second = 21; second <= 40; second++) window.add(second * 1000, 20_000 + (second - 20) * 10);
    expect(window.speed).toBe(10);
  });

  it('falls to nothing while nothing arrives, and tells no time left', () => {
    const window = new SpeedWindow();
    window.add(0, 0);
    for (let second = 1; second <= 40; second++) window.add(second * 1000, 500);
    expect(window.speed).toBe(0);
    expect(window.timeLeft(100)).toBeUndefined();
  });

  it('is never negative when a chunk is sent again', () => {
    const window = new SpeedWindow();
    window.add(0, 1000);
    window.add(1000, 400);
    window.add(2000, 500);
    expect(window.speed).toBe(100);
  });
});
