// Writes docs/reference from the schemas of the plugins and the table of commands, and docs/errors from the catalogues of
// messages. `--check` only compares.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands } from '../src/commands/catalog.js';
import type { AnyDefinition, ComponentKind } from '../src/contract/plugin.js';
import type { AttributeSpec, OptionType, Schema } from '../src/contract/schema.js';
import { builtInPlugins } from '../src/registry.js';
import { errorPages } from './error-pages.js';

const root = join(import.meta.dirname, '..');
const folders: Record<ComponentKind, string> = {
  builder: 'builders',
  provisioner: 'provisioners',
  'post-processor': 'post-processors',
  'data-source': 'data-sources',
};

const pages = new Map<string, string>();
for (const [kind, folder] of Object.entries(folders) as [ComponentKind, string][]) {
  for (const type of builtInPlugins.types(kind)) {
    const definition = await builtInPlugins.load(kind, type);
    if (definition) pages.set(`reference/${folder}/${type}.md`, pageOf(definition));
  }
}
pages.set('reference/commands.md', commandsPage());
pages.set('reference/README.md', indexPage());
for (const [name, text] of errorPages()) pages.set(`errors/${name}`, text);

/** Folders of docs in which every page is made here. */
const GENERATED = ['reference', 'errors'];
const docs = join(root, 'docs');
if (process.argv.includes('--check')) {
  const stale = [...pages].filter(
    ([name, text]) => !existsSync(join(docs, name)) || readFileSync(join(docs, name), 'utf8') !== text,
  );
  const extra = GENERATED.flatMap(existing).filter((name) => !pages.has(name));
  for (const name of [...stale.map(([name]) => name), ...extra]) console.error(`docs/${name} is stale`);
  if (stale.length + extra.length > 0) {
    console.error('run `npm run docs`');
    process.exitCode = 1;
  }
} else {
  for (const folder of GENERATED) rmSync(join(docs, folder), { recursive: true, force: true });
  for (const [name, text] of pages) {
    mkdirSync(dirname(join(docs, name)), { recursive: true });
    writeFileSync(join(docs, name), text);
  }
}

function existing(folder: string): string[] {
  if (!existsSync(join(docs, folder))) return [];
  return readdirSync(join(docs, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md'));
}

function pageOf(definition: AnyDefinition): string {
  const lines = [`# ${definition.kind} \`${definition.type}\``, '', sentence(definition.summary), '', '## Options', ''];
  lines.push(...tables(definition.schema, ''));
  if (definition.kind === 'data-source')
    lines.push('', '## Outputs', '', '| name | type | |', '| --- | --- | --- |', ...outputRows(definition.outputs));
  const packages = [...new Set((definition.requirements?.() ?? []).flatMap((requirement) => requirement.packages))];
  if (packages.length > 0)
    lines.push(
      '',
      '## Needs',
      '',
      `Debian and Ubuntu packages: ${packages.map((name) => `\`${name}\``).join(', ')}. \`imgpack doctor\` tells what is missing.`,
    );
  return `${lines.join('\n')}\n`;
}

function tables(schema: Schema, path: string): string[] {
  const rows = Object.entries(schema.attributes).map(([name, spec]) => row(name, spec));
  const lines =
    rows.length === 0
      ? path === ''
        ? ['None.']
        : []
      : ['| option | type | default | |', '| --- | --- | --- | --- |', ...rows];
  for (const [name, block] of Object.entries(schema.blocks ?? {})) {
    const inner = path === '' ? name : `${path}.${name}`;
    lines.push(
      '',
      `### Block \`${inner}\`${block.repeated ? ', any number of times' : ''}`,
      '',
      sentence(block.description),
      '',
    );
    lines.push(...tables(block.schema, inner));
  }
  return lines;
}

function row(name: string, spec: AttributeSpec): string {
  const notes = [spec.description];
  if (spec.values) notes.push(`One of ${spec.values.map((value) => `\`${value}\``).join(', ')}.`);
  if (spec.sensitive) notes.push('Masked everywhere.');
  if (spec.deprecated) notes.push(`Deprecated: ${spec.deprecated}.`);
  const fallback = spec.required
    ? '**required**'
    : spec.defaultNote
      ? spec.defaultNote
      : spec.default === undefined
        ? ''
        : `\`${JSON.stringify(spec.default)}\``;
  return `| \`${name}\` | ${typeName(spec.type)} | ${cell(fallback)} | ${cell(notes.map(sentence).join(' '))} |`;
}

function outputRows(outputs: Schema['attributes']): string[] {
  return Object.entries(outputs).map(
    ([name, spec]) => `| \`${name}\` | ${typeName(spec.type)} | ${cell(sentence(spec.description))} |`,
  );
}

function typeName(type: OptionType): string {
  return type.kind === 'list' || type.kind === 'map' ? `${type.kind}(${typeName(type.element)})` : type.kind;
}

function commandsPage(): string {
  const lines = [
    '# Commands',
    '',
    'Flags take one dash or two; those that take a value take it behind `=` or as the next word.',
    '',
  ];
  for (const command of commands.flatMap((one) => ('commands' in one ? one.commands : [one]))) {
    if (command.hidden) continue;
    lines.push(
      `## \`imgpack ${command.name}${command.positional ? ` ${command.positional}` : ''}\``,
      '',
      sentence(command.summary),
      '',
    );
    const flags = Object.entries(command.flags).filter(([, flag]) => !flag.hidden);
    if (flags.length > 0) {
      lines.push('| flag | default | |', '| --- | --- | --- |');
      for (const [name, flag] of flags) {
        const form = flag.placeholder ? `-${name}=${flag.placeholder}` : `-${name}`;
        const choices = flag.choices ? ` One of ${flag.choices.map((choice) => `\`${choice}\``).join(', ')}.` : '';
        lines.push(
          `| \`${form}\` | ${flag.default === undefined || flag.default === false ? '' : `\`${flag.default}\``} | ${cell(sentence(flag.description) + choices)} |`,
        );
      }
      lines.push('');
    }
    lines.push('```sh', ...command.examples.map(([line, what]) => `${line}   # ${what}`), '```', '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function indexPage(): string {
  const lines = [
    '# Reference',
    '',
    'Made from the schemas of the components and the table of commands by `npm run docs`.',
    '',
    '- [commands](commands.md)',
  ];
  for (const [kind, folder] of Object.entries(folders) as [ComponentKind, string][]) {
    const links = builtInPlugins.types(kind).map((type) => `[${type}](${folder}/${type}.md)`);
    if (links.length > 0) lines.push(`- ${folder}: ${links.join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function sentence(text: string): string {
  const start = /^[a-z]/.test(text) && !text.startsWith('imgpack') ? `${text[0]?.toUpperCase()}${text.slice(1)}` : text;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
