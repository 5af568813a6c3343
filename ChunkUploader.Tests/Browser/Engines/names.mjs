// XPaths of what people find, by what it is and by all of its name.

export const button = name => `//button[normalize-space()="${name}"]`;

export const link = name => `//a[@aria-label="${name}" or not(@aria-label) and normalize-space()="${name}"]`;

/** Of a label around it, or of one that names it. */
export const input = label =>
  `//input[ancestor::label[normalize-space()="${label}"] or @id=//label[normalize-space()="${label}"]/@for]`;

/** The items of a section's lists. */
export const rows = heading => `//section[@aria-labelledby=//h2[normalize-space()="${heading}"]/@id]//li`;

/** In the page: all that an XPath leads to. */
export const all = `path => {
  const found = document.evaluate(path, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
  return Array.from({ length: found.snapshotLength }, (_, place) => found.snapshotItem(place));
}`;
