import type { OptionType, Schema } from '../../../contract/schema.js';
import { compareBytes } from '../../../hcl/values/type.js';
import { stringIn, type JsonMember, type JsonNode } from '../json-document.js';
import { quoted, upgradeText, type Names } from './text.js';

/** The options of a component as lines of HCL2, sorted by name. `schema` tells blocks from arguments where it is known. */
export function upgradeBody(members: readonly JsonMember[], schema: Schema | undefined, names: Names): string[] {
  return [...members]
    .sort((a, b) => compareBytes(a.name, b.name))
    .flatMap(({ name, value }) => upgradeMember(name, value, schema, names));
}

function upgradeMember(name: string, node: JsonNode, schema: Schema | undefined, names: Names): string[] {
  const block = schema?.blocks?.[name];
  const type = schema?.attributes[name]?.type;
  const isAttribute = type !== undefined;
  if (node.kind === 'list' && node.items.length === 0) return [];
  const objects = node.kind === 'map' ? [node] : node.kind === 'list' ? node.items : [];
  const areObjects = objects.length > 0 && objects.every(({ kind }) => kind === 'map');
  const isBlock = block !== undefined || (!isAttribute && areObjects && (node.kind === 'list' || isNested(node)));
  if (!isBlock || !areObjects) return [`${name} = ${upgradeValue(strict(node, type), names)}`];
  return objects.flatMap((item) => [
    `${name} {`,
    ...upgradeBody(item.kind === 'map' ? item.members : [], block?.schema, names),
    '}',
  ]);
}

/** JSON took one text for a list, and bools for texts; HCL2 does not. */
function strict(node: JsonNode, type: OptionType | undefined): JsonNode {
  const { range } = node;
  if (type?.kind === 'list') {
    if (node.kind === 'list') return { ...node, items: node.items.map((item) => strict(item, type.element)) };
    const text = stringIn(node);
    const items =
      text === undefined ? [node] : text.split(',').map((value) => ({ kind: 'string' as const, value, range }));
    return node.kind === 'map' || node.kind === 'null' ? node : { kind: 'list', items, range };
  }
  if (type?.kind === 'map' && node.kind === 'map') {
    const members = node.members.map((member) => ({ ...member, value: strict(member.value, type.element) }));
    return { ...node, members };
  }
  if (type?.kind === 'string' && node.kind === 'bool')
    return { kind: 'string', value: node.value === true ? '1' : '0', range };
  return node;
}

function isNested(node: JsonNode): boolean {
  return (
    node.kind === 'map' &&
    (node.members.length === 0 || node.members.some(({ value }) => value.kind === 'map' || value.kind === 'list'))
  );
}

/** A value as an expression; objects and lists of objects are written over several lines. */
export function upgradeValue(node: JsonNode, names: Names): string {
  switch (node.kind) {
    case 'string':
      return upgradeText(node.value as string, names);
    case 'list':
      return `[${node.items.map((item) => upgradeValue(item, names)).join(', ')}]`;
    case 'map': {
      const members = [...node.members].sort((a, b) => compareBytes(a.name, b.name));
      if (members.length === 0) return '{}';
      const lines = members.map(({ name, value }) => `${keyOf(name)} = ${upgradeValue(value, names)}`);
      return `{\n${lines.join('\n')}\n}`;
    }
    default:
      return String(node.value);
  }
}

/** A key of an object: bare where that is a name. */
export function keyOf(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? name : quoted(name);
}
