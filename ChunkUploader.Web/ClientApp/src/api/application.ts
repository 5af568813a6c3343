/**
 * The address of a server's application, with a slash at its end.
 *
 * @param base absolute, or from the page's address on; the slash may be missing
 */
export function applicationAt(base: string): URL {
  const here = (globalThis as { location?: Location }).location; // tests have none
  return new URL(base.endsWith('/') ? base : `${base}/`, here?.href ?? import.meta.url);
}
