import { expect, it, vi } from 'vitest';
import { Slots } from '../../src/upload/slots';

const Patience = 60_000; // milliseconds: a busy machine may take its time
const { signal } = new AbortController();

it('Gives no more places than there are, to who came first', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const release = await slots.acquire(signal);
  const second = slots.acquire(signal).then(free => (order.push('second'), free));
  const third = slots.acquire(signal).then(free => (order.push('third'), free));
  await Promise.resolve();
  expect(order).toEqual([]);
  release();
  (await second)();
  await third;
  expect(order).toEqual(['second', 'third']);
});

it('Frees a place once, however often it is released', async () => {
  const slots = new Slots(1);
  const release = await slots.acquire(signal);
  release();
  release();
  await slots.acquire(signal);
  const stopped = new AbortController();
  const waiting = slots.acquire(stopped.signal);
  stopped.abort(new Error('still taken'));
  await expect(waiting).rejects.toThrow('still taken');
});

it('Has more places for small things, which large ones do not get', async () => {
  const slots = new Slots(1, 3);
  const taken: string[] = [];
  const take = (name: string, isSmall: boolean) => slots.acquire(signal, isSmall).then(free => (taken.push(name), free));
  const large = await take('large', false);
  void take('second large', false);
  const small = await take('small', true);
  const other = await take('other small', true);
  void take('fourth', true);
  await Promise.resolve();
  expect(taken).toEqual(['large', 'small', 'other small']);
  small();
  await vi.waitFor(() => { expect(taken).toContain('fourth'); }, Patience);
  other();
  expect(taken).not.toContain('second large');
  large();
  expect(taken).not.toContain('second large'); // one place, and the fourth has it
});

it('Passes over who stopped waiting', async () => {
  const slots = new Slots(1);
  const release = await slots.acquire(signal);
  const stopped = new AbortController();
  const leaving = slots.acquire(stopped.signal);
  const next = slots.acquire(signal);
  stopped.abort(new Error('left'));
  await expect(leaving).rejects.toThrow('left');
  release();
  await expect(next).resolves.toBeTypeOf('function');
});

it('Serves small things first, and a large one now and then', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const free = await slots.acquire(signal);
  const wait = (name: string, isSmall: boolean) => slots.acquire(signal, isSmall).then(release => {
    order.push(name);
    release();
  });
  const all = [wait('large', false), ...[1, 2, 3, 4, 5, 6].map(i => wait(`small ${i}`, true))];
  free();
  await Promise.all(all);
  expect(order.indexOf('large')).toBe(4);
});

it('Can have more or fewer places while it is used', async () => {
  const slots = new Slots(1);
  const first = await slots.acquire(signal);
  const second = slots.acquire(signal);
  slots.limit = 2;
  const release = await second;
  slots.limit = 1;
  const third = vi.fn();
  void slots.acquire(signal).then(third);
  first();
  await Promise.resolve();
  expect(third).not.toHaveBeenCalled();
  release();
  await vi.waitFor(() => {
    expect(third).toHaveBeenCalled();
  }, Patience);
});
