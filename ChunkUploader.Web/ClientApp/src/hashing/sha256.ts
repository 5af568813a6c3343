import { createSHA256 } from 'hash-wasm';

export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** The browser's own SHA-256 is three times as fast, but only https and localhost pages have it. */
export function chooseSha256(): Sha256 {
  return globalThis.isSecureContext ? subtle : wasm;
}

const subtle: Sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

let hasher: ReturnType<typeof createSHA256> | undefined;

export const wasm: Sha256 = async bytes => {
  const sha256 = await (hasher ??= createSHA256());
  // No await from here on: the one instance must not see two messages at a time.
  return sha256.init().update(bytes).digest('binary');
};

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}
