import { describe, expect, it } from 'vitest';
import type { Text } from '../../src/texts/texts';
import { english } from '../../src/texts/texts.en';

interface Language {
  readonly scripts?: Record<string, Text>;
}

const files = import.meta.glob<Language>('../../../Languages/*.json', { eager: true, import: 'default' });
const languages = Object.entries(files).map(([path, file]) => ({ tag: /([^/]+)\.json$/.exec(path)?.[1] ?? '', file }));
const others = languages.filter(({ tag }) => tag !== 'en');
const formsOf = (text: Text) => (typeof text === 'string' ? { other: text } : text);
const placesIn = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

it('English is built in, and is in no file', () => {
  expect(languages.find(({ tag }) => tag === 'en')?.file).not.toHaveProperty('scripts');
  expect(others.map(({ tag }) => tag)).toContain('zh-Hans');
});

describe.each(others)('The scripts in $tag', ({ tag, file: { scripts = {} } }) => {
  it('have all texts, and no others', () => {
    expect(Object.keys(scripts).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(Object.entries(scripts))('say something in "%s", with the same values', (key, text) => {
    const forms = Object.entries(formsOf(text));
    const { other } = formsOf(english[key as keyof typeof english]);
    const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    for (const [category, form] of forms) {
      expect(form.trim()).not.toBe('');
      expect(categories).toContain(category);
      if (category === 'other') expect(placesIn(form)).toEqual(placesIn(other));
      else expect(placesIn(other)).toEqual(expect.arrayContaining(placesIn(form))); // "one file" needs no number
    }
  });
});
