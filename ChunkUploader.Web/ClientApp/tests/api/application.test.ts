import { afterEach, expect, it, vi } from 'vitest';
import { applicationAt } from '../../src/api/application';

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([
  ['https://a.test', 'https://a.test/'],
  ['https://a.test/share', 'https://a.test/share/'],
  ['https://a.test/share/', 'https://a.test/share/'],
  ['/share', 'https://page.test/share/'],
  ['share', 'https://page.test/in/share/'],
  ['', 'https://page.test/'],
])('The application at %s is %s', (base, address) => {
  vi.stubGlobal('location', { href: 'https://page.test/in/here' });
  expect(applicationAt(base).href).toBe(address);
});
