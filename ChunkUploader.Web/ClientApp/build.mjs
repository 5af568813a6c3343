// Bundles the uploader, the scripts of the pages and the hash worker into wwwroot/dist, where Razor views and the service find them.
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const shared = {
  bundle: true,
  minify: true,
  sourcemap: true,
  target: 'es2022',
  outdir: '../wwwroot/dist',
  logLevel: 'warning',
};

await rm(shared.outdir, { recursive: true, force: true }); // what the sources do not give any more

await Promise.all([
  // The page uses the uploader as every other page may; what both need is in one file that they share.
  build({
    ...shared,
    entryPoints: { uploader: 'src/uploader.ts', 'uploader-page': 'src/page/page.ts' },
    format: 'esm',
    splitting: true,
    chunkNames: 'uploader-shared',
  }),
  build({ ...shared, entryPoints: { preferences: 'src/page/preferences.ts', admin: 'src/page/admin.ts', file: 'src/page/file.ts' }, format: 'esm' }),
  // A classic script: module workers came late to some browsers.
  build({ ...shared, entryPoints: { 'hasher.worker': 'src/hashing/hasher.worker.ts' }, format: 'iife' }),
]);
