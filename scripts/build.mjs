// Bundles the command into dist/: one small entry, and chunks that are loaded when a verb or a plugin needs them.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import './generate-codes.mjs';
import './generate-registry.mjs';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
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
  // Small packages that every run needs are bundled, as each file costs a look-up; large ones are loaded when they are used.
  external: Object.keys(dependencies).filter((name) => !['yargs', 'p-queue'].includes(name)),
  // The bundled part of yargs looks for its translations beside itself; English is built in.
  banner: {
    js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
  },
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  logLevel: 'warning',
});
