import { afterEach, expect, it } from 'vitest';
import { toError } from '../../src/api/http';
import { formatBytes } from '../../src/texts/format';
import { list, speak, text } from '../../src/texts/texts';

afterEach(() => {
  speak('en', {});
});

it('What a language lacks is said in English', () => {
  speak('de', { waiting: 'Wartet' });
  expect(text('waiting')).toBe('Wartet');
  expect(text('paused')).toBe('Paused');
});

it('A text takes the plural form of its number', () => {
  speak('pl', { days: { one: '{count} dzień', few: '{count} dni', other: '{count} dnia' } });
  expect([1, 3, 1.5].map(count => text('days', { count }))).toEqual(['1 dzień', '3 dni', '1,5 dnia']);
});

it('Numbers and lists are those of the language', () => {
  speak('de', { comma: ' – ' });
  expect(formatBytes(1536)).toBe('1,5 KiB');
  expect(list(['a', 'b'])).toBe('a – b');
});

it('A refusal is told in the language, and in English where that has no word for it', () => {
  speak('de', { 'error.storage-full': 'Es ist kein Platz mehr' });
  const body = { title: 'No room', detail: 'The disk is full.' };
  const refuse = (code: string) => toError({ status: 507, body: { ...body, code } });
  expect(refuse('storage-full')).toMatchObject({ message: 'Es ist kein Platz mehr', detail: undefined });
  expect(refuse('other')).toMatchObject({ message: 'No room', detail: 'The disk is full.' });
});
