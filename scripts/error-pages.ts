import { codes } from '../src/codes.generated.js';

/** Pages of docs/errors: one for every area of codes, and their list. By file name. */
export function errorPages(): Map<string, string> {
  const areas = new Map<string, (typeof codes)[number][]>();
  for (const one of codes) {
    const area = one.code.split('/')[0] as string;
    areas.set(area, [...(areas.get(area) ?? []), one]);
  }
  const pages = new Map([...areas].map(([area, list]) => [`${area}.md`, pageOf(area, list)]));
  pages.set('README.md', indexOf(areas));
  return pages;
}

function pageOf(area: string, list: readonly (typeof codes)[number][]): string {
  const lines = [`# Messages: \`${area}\``, ''];
  for (const { code, texts, hints } of list) {
    lines.push(`## ${code}`, '', ...texts.map((text) => `- ${inline(text)}`), '');
    if (hints.length > 0) lines.push(`What to do: ${hints.map(inline).join('; or: ')}.`, '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function indexOf(areas: ReadonlyMap<string, unknown>): string {
  return [
    '# Messages',
    '',
    'All codes that stand in brackets behind the first line of a message, made from the catalogues by `npm run docs`. What a',
    'sentence is filled with stands as ‹name›. `imgpack explain CODE` shows the same.',
    '',
    ...[...areas.keys()].map((area) => `- [${area}](${area}.md)`),
    '',
  ].join('\n');
}

/** Text as Markdown: signs outside of code that Markdown would read are escaped. */
function inline(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .split('`')
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[*_<>|]/g, '\\$&')))
    .join('`')
    .trim();
}
