import { defineConfig } from 'vitest/config';

export default defineConfig({
  server: { fs: { allow: ['..'] } }, // the view, which page.test.ts reads
  test: {
    include: ['tests/**/*.test.ts'],
    environment: 'node',
    pool: 'threads',
    testTimeout: 60_000, // a busy machine may take its time
    restoreMocks: true,
    unstubGlobals: true,
  },
});
