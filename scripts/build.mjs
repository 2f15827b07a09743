// Bundles the command into dist/: one small entry, and chunks that are loaded when a verb or a plugin needs them.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import './generate-registry.mjs';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  logLevel: 'warning',
});
