// Bundles the command into dist/: one small entry, and chunks that are loaded when a verb or a plugin needs them.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import './generate-registry.mjs';

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: [
    { in: 'src/main.ts', out: 'main' },
    // A child process of the functions that ask Vault, Consul and AWS.
    { in: 'src/hcl/functions/secret/client.ts', out: 'secret-client' },
  ],
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
