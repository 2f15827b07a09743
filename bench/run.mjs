// npm run bench [NAME...]: each benchmark runs both sides in one go and prints the ratio.
import { existsSync } from 'node:fs';

const all = ['validate', 'parallel', 'ssh', 'image', 'loop', 'amazon'];
const names = process.argv.slice(2);
for (const name of names)
  if (!all.includes(name)) throw new Error(`there is no benchmark ${name}; there are ${all.join(', ')}`);
if (!existsSync(new URL('../dist/main.js', import.meta.url))) throw new Error('build first: npm run build');
for (const name of names.length > 0 ? names : all) await (await import(`./${name}.mjs`)).run();
