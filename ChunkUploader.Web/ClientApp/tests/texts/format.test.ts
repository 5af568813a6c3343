import { expect, it } from 'vitest';
import { displayName, extensionOf, formatBytes, formatDuration } from '../../src/texts/format';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [60_000_000, '57.2 MiB'],
  [1023 * 1024, '1.0 MiB'],
  [2 ** 40, '1.0 TiB'],
  [2 ** 44, '16.0 TiB'],
])('%i bytes are said as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
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
