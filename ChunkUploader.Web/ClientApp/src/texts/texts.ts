import { english } from './texts.en';

/** A text with places `{name}`; where it depends on a number, one for each plural form, chosen by `count`. */
export type Text = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string });

/** All texts of one language. A translation gives these keys in one file, `Languages/TAG.json` of the application. */
export type Texts = Readonly<Record<keyof typeof english, Text>>;

export type TextKey = keyof Texts;

/** What a language says of the server's refusals, by their codes. In English the server says it itself. */
export type Refusals = Readonly<Partial<Record<`error.${string}`, string>>>;

let language = 'en';
let texts: Texts = english;
let refusals: Refusals = {};
let plurals = new Intl.PluralRules(language);
let numbers = new Intl.NumberFormat(language);

/** Sets the language of all texts said from now on; keys that are left out stay English. */
export function speak(tag: string, translated: Partial<Texts> & Refusals): void {
  language = tag;
  refusals = translated;
  texts = { ...english, ...translated };
  plurals = new Intl.PluralRules(tag);
  numbers = new Intl.NumberFormat(tag);
}

/** The text of a key, its places filled. */
export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  const found = texts[key];
  const form = typeof found === 'string' ? found : (found[plurals.select(Number(values.count ?? 0))] ?? found.other);
  return form.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? numbers.format(value) : (value ?? place);
  });
}

/** What the language says of a refusal; undefined where it has no word for it. */
export function refusal(code: string): string | undefined {
  return refusals[`error.${code}`];
}

/** A number with this many digits after the point. */
export function number(value: number, digits = 0): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(language, { ...options, useGrouping: value >= 10_000 });
}

/** Things in a row, as the language joins them. */
export function list(items: readonly string[]): string {
  return items.join(text('comma'));
}
