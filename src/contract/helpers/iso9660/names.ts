import { ucs2 } from './fields.js';
import type { IsoNode } from './tree.js';

/** Gives each child of a folder the name that it has in one of the hierarchies. */
export type Naming = (nodes: readonly IsoNode[]) => Map<IsoNode, Buffer>;

/** Eight upper-case characters, a dot and three, the version: what every system since 1988 reads. */
export const primaryNames: Naming = (nodes) =>
  unique(nodes, (node, suffix) => {
    const { base, extension } = split(node);
    const clean = (text: string) => text.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
    const short = `${clean(base).slice(0, 8 - suffix.length)}${suffix}`;
    if (node.kind === 'directory') return Buffer.from(short, 'latin1');
    return Buffer.from(`${short}.${clean(extension).slice(0, 3)};1`, 'latin1');
  });

/** Joliet: up to 64 characters, as they are but for some signs. */
export const jolietNames: Naming = (nodes) =>
  unique(nodes, (node, suffix) => {
    const { base, extension } = split(node);
    const clean = (text: string) => text.replace(/[*/:;?\\\u0000-\u001f]/g, '_');
    const end = extension === '' ? '' : `.${clean(extension).slice(0, 20)}`;
    const version = node.kind === 'file' ? ';1' : '';
    return ucs2(`${clean(base).slice(0, 62 - end.length - suffix.length)}${suffix}${end}${version}`);
  });

function split(node: IsoNode): { readonly base: string; readonly extension: string } {
  const dot = node.kind === 'file' ? node.name.lastIndexOf('.') : -1;
  return dot <= 0
    ? { base: node.name, extension: '' }
    : { base: node.name.slice(0, dot), extension: node.name.slice(dot + 1) };
}

/** Where shortening makes two names one, the later ones end in a number. */
function unique(nodes: readonly IsoNode[], shorten: (node: IsoNode, suffix: string) => Buffer): Map<IsoNode, Buffer> {
  const taken = new Set<string>();
  const names = new Map<IsoNode, Buffer>();
  for (const node of nodes) {
    let name = shorten(node, '');
    for (let count = 1; taken.has(name.toString('latin1')); count++) name = shorten(node, `_${count}`);
    taken.add(name.toString('latin1'));
    names.set(node, name);
  }
  return names;
}
