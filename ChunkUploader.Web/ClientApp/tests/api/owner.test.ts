import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { storedOwner } from '../../src/api/owner';

const key = 'chunk-uploader owner https://a.test';
let kept: Map<string, string>;

beforeEach(() => {
  kept = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it('An owner is random, and the same for the next page', () => {
  const owner = storedOwner('https://a.test');
  expect(owner).toMatch(/^[0-9a-f]{32}$/);
  expect(storedOwner('https://a.test')).toBe(owner);
});

it('Each server has an owner of its own', () => {
  expect(storedOwner('https://a.test')).not.toBe(storedOwner('https://b.test'));
});

it.each(['', 'short', 'no secret: it has blanks and colons'])('What is kept and is no secret is replaced: %s', value => {
  kept.set(key, value);
  expect(storedOwner('https://a.test')).toBe(kept.get(key));
  expect(kept.get(key)).toMatch(/^[0-9a-f]{32}$/);
});

it('A tab that was faster has the last word', () => {
  const faster = 'f'.repeat(32);
  vi.stubGlobal('localStorage', {
    getItem: () => (kept.size > 0 ? faster : null),
    setItem: (name: string, value: string) => kept.set(name, value),
  });
  expect(storedOwner('https://a.test')).toBe(faster);
});

it.each([
  ['is not there', undefined],
  ['is forbidden', new Proxy({}, { get: () => { throw new DOMException('denied', 'SecurityError'); } })],
  ['is full', { getItem: () => null, setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } }],
])('Where storage %s there is an owner all the same', (_, storage) => {
  vi.stubGlobal('localStorage', storage);
  expect(storedOwner('https://a.test')).toMatch(/^[0-9a-f]{32}$/);
});
