// The tests run in Node, whose types would also tell the page that it has them.
declare function setImmediate(callback: (value?: unknown) => void): void;

declare module '*.cshtml?raw' {
  const text: string;
  export default text;
}

declare module '*.json?raw' {
  const text: string;
  export default text;
}

/** What happy-dom adds: a page has no other way to be at an address. */
interface Window {
  readonly happyDOM: { setURL(url: string): void };
}

interface ImportMeta {
  /** What the test runner puts in place of it: the files of a pattern, by their paths. */
  glob<T>(pattern: string, options: { readonly eager: true; readonly import: 'default' }): Record<string, T>;
}
