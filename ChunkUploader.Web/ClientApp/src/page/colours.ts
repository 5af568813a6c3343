/** Canvases keep the colours that they were drawn in: tells when the device or the visitor has chosen others. */
export function onColours(act: () => void): void {
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', act);
  new MutationObserver(act).observe(document.documentElement, { attributeFilter: ['data-theme'] });
}
