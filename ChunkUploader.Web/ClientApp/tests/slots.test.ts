import { expect, it } from 'vitest';
import { Slots } from '../src/slots';

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
