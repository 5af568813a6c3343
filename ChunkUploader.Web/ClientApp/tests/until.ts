import { vi } from 'vitest';

/** Ends when the condition holds, with its value. A busy machine may take its time; a test that hangs ends all the same. */
export const until = <T>(condition: () => T | Promise<T>) => vi.waitUntil(condition, { interval: 5, timeout: 50_000 });
