/**
 * Starts a classic worker, wherever its script is. Browsers start none from another origin, but let one that they have
 * started import scripts from there.
 */
export function openWorker(address: string): Worker {
  const { href, origin } = new URL(address, location.href);
  if (origin === location.origin) return new Worker(href);
  const shim = URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(href)});`], { type: 'text/javascript' }));
  try {
    return new Worker(shim);
  } finally {
    URL.revokeObjectURL(shim);
  }
}
