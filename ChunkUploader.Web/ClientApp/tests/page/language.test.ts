import { afterEach, expect, it, vi } from 'vitest';
import { speakAs } from '../../src/page/language';
import { speak, text } from '../../src/texts/texts';

afterEach(() => {
  speak('en', {});
});

const answer = (give: () => Promise<Response>) => {
  const fetched = vi.fn<(url: string) => Promise<Response>>(give);
  vi.stubGlobal('fetch', fetched);
  return fetched;
};

it('Texts are those of the page', async () => {
  const fetched = answer(() => Promise.resolve(Response.json({ paused: 'Pausiert' })));
  await speakAs('de', '/base/');
  expect(fetched.mock.calls[0]?.[0]).toBe('/base/languages/de');
  expect(text('paused')).toBe('Pausiert');
});

it('English asks for nothing', async () => {
  const fetched = answer(() => Promise.reject(new Error('not to be asked')));
  await speakAs('en', '/');
  expect(fetched).not.toHaveBeenCalled();
});

it.each([
  ['the network', () => Promise.reject(new TypeError('offline'))],
  ['the server', () => Promise.resolve(Response.json({ paused: 'wrong' }, { status: 500 }))],
  ['what came', () => Promise.resolve(new Response('<html>'))],
])('Where %s fails, English does', async (_, give) => {
  answer(give);
  await speakAs('de', '/');
  expect(text('paused')).toBe('Paused');
});
