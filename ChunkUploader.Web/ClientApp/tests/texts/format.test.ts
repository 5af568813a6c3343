import { expect, it } from 'vitest';
import { displayName, extensionOf, formatAge, formatBytes, formatDuration } from '../../src/texts/format';
import sizes from './sizes.json?raw';

it.each(JSON.parse(sizes) as [number, string][])('%i bytes are said as the server says them, as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [30, '1 min'],
  [3599, '60 min'],
  [5 * 3600 + 60, '5 h'],
  [7 * 86_400 - 5, '7 days'],
])('%d seconds from now are said as %s', (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});

it.each([
  [0.2, '1 s'],
  [59.2, '1 min'],
  [200, '3 min 20 s'],
  [3600, '1 h'],
  [7500, '2 h 5 min'],
  [4 * 86_400, '4 days'],
])('%d seconds are said as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it.each([
  ['film.mp4', 'MP4'],
  ['archive.tar.gz', 'GZ'],
  ['.profile', 'FILE'],
  ['README', 'FILE'],
  ['page.markdown', 'FILE'],
])('The tile of %s says %s', (name, text) => {
  expect(extensionOf(name)).toBe(text);
});

it('shows a name without marks that turn the reading direction', () => {
  expect(displayName('photo\u202egnp.exe')).toBe('photognp.exe');
  expect(displayName('文件 אב.txt')).toBe('文件 אב.txt');
});
