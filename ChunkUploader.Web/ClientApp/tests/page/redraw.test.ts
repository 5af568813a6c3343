import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Redraw } from '../../src/page/redraw';

/** Milliseconds that a drawing takes. */
let cost = 0;
let drawn: number[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, 16));
  [cost, drawn] = [0, []];
});

afterEach(() => {
  vi.useRealTimers();
});

function open(): Redraw {
  return new Redraw(() => {
    drawn.push(performance.now());
    vi.advanceTimersByTime(cost);
  });
}

it('Draws what is asked for with the next frame, once', () => {
  const redraw = open();
  redraw.next();
  redraw.next();
  redraw.soon();
  vi.advanceTimersByTime(1000);
  expect(drawn).toEqual([16]);
});

it('Draws ten times a second at most what tells of itself', () => {
  const redraw = open();
  const teller = setInterval(() => {
    redraw.soon();
  }, 1);
  vi.advanceTimersByTime(1000);
  clearInterval(teller);
  expect(drawn.length).toBeGreaterThan(5);
  expect(drawn.length).toBeLessThanOrEqual(10);
});

it('Draws less often where drawing takes long, and at once what a person did', () => {
  cost = 50;
  const redraw = open();
  redraw.soon();
  vi.advanceTimersByTime(100);
  expect(drawn).toHaveLength(1);
  redraw.soon();
  vi.advanceTimersByTime(300);
  expect(drawn).toHaveLength(1);
  redraw.next();
  vi.advanceTimersByTime(20);
  expect(drawn).toHaveLength(2);
});
