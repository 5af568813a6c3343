// Bundles the page and its hash worker into wwwroot/dist, where Razor views and the service find them.
import { build } from 'esbuild';

const shared = {
  bundle: true,
  minify: true,
  sourcemap: true,
  target: 'es2022',
  outdir: '../wwwroot/dist',
  logLevel: 'warning',
};

await Promise.all([
  build({ ...shared, entryPoints: { 'uploader-page': 'src/page.ts' }, format: 'esm' }),
  // A classic script: module workers came late to some browsers.
  build({ ...shared, entryPoints: { 'hasher.worker': 'src/hasher.worker.ts' }, format: 'iife' }),
]);
