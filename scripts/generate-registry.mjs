// Writes src/registry.generated.ts from the plugin folders: a plugin is a file or a folder with an index.ts.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const kinds = {
  builder: 'builders',
  provisioner: 'provisioners',
  'post-processor': 'post-processors',
  'data-source': 'data-sources',
};

const sections = Object.entries(kinds).map(([kind, folder]) => {
  const entries = existsSync(join(root, folder)) ? readdirSync(join(root, folder), { withFileTypes: true }) : [];
  const plugins = entries
    .map((entry) => {
      if (entry.isDirectory() && existsSync(join(root, folder, entry.name, 'index.ts')))
        return [entry.name, `${entry.name}/index.js`];
      if (entry.isFile() && entry.name.endsWith('.ts'))
        return [entry.name.slice(0, -3), entry.name.replace(/\.ts$/, '.js')];
      return undefined;
    })
    .filter((plugin) => plugin !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = plugins.map(([type, file]) => `    ${JSON.stringify(type)}: () => import('../${folder}/${file}'),`);
  return `  ${JSON.stringify(kind)}: {\n${lines.join('\n')}${lines.length > 0 ? '\n' : ''}  },`;
});

const text = `// Made by scripts/generate-registry.mjs from the plugin folders; do not edit.\nexport const pluginModules = {\n${sections.join('\n')}\n};\n`;
const target = join(root, 'src/registry.generated.ts');
if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeFileSync(target, text);
