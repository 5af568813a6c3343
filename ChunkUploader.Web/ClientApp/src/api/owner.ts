const bytes = 16;

/** What the server takes for a secret. */
const secret = /^[A-Za-z0-9_-]{22,64}$/;

/**
 * The secret by which a page's uploads are found again, 128 random bits in hex: this origin's own, one for each server.
 * Where storage is forbidden, the page has a new one each time, and uploads all the same.
 *
 * @param origin the server's
 */
export function storedOwner(origin: string): string {
  const key = `chunk-uploader owner ${origin}`;
  const fresh = randomOwner();
  try {
    const kept = localStorage.getItem(key);
    if (kept !== null && secret.test(kept)) return kept;
    localStorage.setItem(key, fresh);
    return localStorage.getItem(key) ?? fresh; // another tab may have been faster
  } catch {
    return fresh;
  }
}

function randomOwner(): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, byte => byte.toString(16).padStart(2, '0')).join('');
}
