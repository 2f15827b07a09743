import type { LegacyTemplate } from '../template/legacy/legacy-template.js';

/** What a legacy JSON template consists of, in the manner of Packer: as it is written, nothing rendered. */
export function inspectLegacy({ document, sensitive }: LegacyTemplate): string {
  const variables = [...document.variables.values()];
  const required = variables.filter((variable) => variable.default === undefined).map(({ name }) => name);
  const width = Math.max(0, ...variables.map(({ name }) => name.length));
  const optional = variables.flatMap(({ name, default: text }) => {
    if (text === undefined) return [];
    return [`${name.padEnd(width)} = ${sensitive.has(name) ? '<sensitive>' : text}`];
  });
  return [
    'Packer Inspect: JSON mode',
    ...(document.description === undefined ? [] : ['Description:', '', document.description, '']),
    ...(variables.length === 0 ? section('Variables:', ['<No variables>']) : []),
    ...(required.length === 0 ? [] : section('Required variables:', required)),
    ...(optional.length === 0 ? [] : section('Optional variables and their defaults:', optional)),
    ...section('Builders:', builders(document)),
    ...section(
      'Provisioners:',
      listed(
        document.provisioners.map(({ type }) => type),
        '<No provisioners>',
      ),
    ),
    'Names are shown as they are written: `{{ }}` in them is rendered when',
    'a build runs.',
    '',
  ].join('\n');
}

function builders({ builders: list }: LegacyTemplate['document']): readonly string[] {
  const width = Math.max(0, ...list.map(({ name }) => name.length));
  const sorted = [...list].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  return listed(
    sorted.map(({ name, type }) => (name === type ? name : `${name.padEnd(width)} (${type})`)),
    '<No builders>',
  );
}

function listed(lines: readonly string[], none: string): readonly string[] {
  return lines.length === 0 ? [none] : lines;
}

function section(title: string, lines: readonly string[]): string[] {
  return [title, '', ...lines.map((line) => `  ${line}`), ''];
}
