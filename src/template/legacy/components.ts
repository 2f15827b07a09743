import { parseDuration } from '../../contract/duration.js';
import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceRange } from '../../hcl/source.js';
import { messages as templateMessages } from '../messages.js';
import { reportError } from '../report.js';
import type { LegacyNames, LegacyPostProcessor, LegacyProvisioner } from './document.js';
import { memberOf, type JsonMap, type JsonMember, type JsonNode } from './json-document.js';
import { messages } from './messages.js';

const PROVISIONER_KEYS = ['type', 'only', 'except', 'override', 'pause_before', 'max_retries', 'timeout'];
const POST_PROCESSOR_KEYS = ['type', 'name', 'only', 'except', 'keep_input_artifact'];

/** Reads one provisioner; `what` names it in messages. */
export function readProvisioner(node: JsonNode, what: string, diagnostics: Diagnostics): LegacyProvisioner | undefined {
  const read = readComponent(node, what, PROVISIONER_KEYS, diagnostics);
  if (!read) return undefined;
  const { members, common } = read;
  const override = members.get('override');
  if (override && override.kind !== 'map') refuse(override, 'override', 'an object', diagnostics);
  const pauseBefore = durationOf(members, 'pause_before', diagnostics);
  const timeout = durationOf(members, 'timeout', diagnostics);
  const maxRetries = retriesOf(members.get('max_retries'), diagnostics);
  return {
    ...common,
    ...(override?.kind === 'map' && { override }),
    ...(pauseBefore !== undefined && { pauseBefore }),
    ...(timeout !== undefined && { timeout }),
    ...(maxRetries && { maxRetries }),
  };
}

/** Reads an entry of `post-processors`: a name, an object, or a list of them that is a chain. */
export function readPostProcessors(node: JsonNode, diagnostics: Diagnostics): LegacyPostProcessor[] {
  const steps = node.kind === 'list' ? node.items : [node];
  return steps.flatMap((step) => {
    if (step.kind === 'list') {
      reportError(diagnostics, messages.nestedSequence(), { subject: step.range });
      return [];
    }
    return readPostProcessor(step, diagnostics) ?? [];
  });
}

function readPostProcessor(node: JsonNode, diagnostics: Diagnostics): LegacyPostProcessor | undefined {
  if (node.kind === 'string') {
    const type = node.value as string;
    return { type, name: type, options: [], range: node.range, typeRange: node.range };
  }
  if (node.kind !== 'map') {
    reportError(diagnostics, messages.postProcessorForm(), { subject: node.range });
    return undefined;
  }
  const read = readComponent(node, 'the post-processor', POST_PROCESSOR_KEYS, diagnostics);
  if (!read) return undefined;
  const { members, common } = read;
  const name = members.get('name');
  const keep = members.get('keep_input_artifact');
  if (name && name.kind !== 'string') refuse(name, 'name', 'a string', diagnostics);
  if (keep && keep.kind !== 'bool') refuse(keep, 'keep_input_artifact', '`true` or `false`', diagnostics);
  return {
    ...common,
    name: name?.kind === 'string' && name.value !== '' ? (name.value as string) : common.type,
    ...(keep?.kind === 'bool' && { keepInputArtifact: keep.value === true }),
  };
}

interface Read {
  /** Arguments that every component of its kind has; a null is as good as none. */
  readonly members: ReadonlyMap<string, JsonNode>;
  readonly common: {
    readonly type: string;
    readonly only?: LegacyNames;
    readonly except?: LegacyNames;
    readonly options: readonly JsonMember[];
    readonly range: SourceRange;
    readonly typeRange: SourceRange;
  };
}

function readComponent(
  node: JsonNode,
  what: string,
  keys: readonly string[],
  diagnostics: Diagnostics,
): Read | undefined {
  if (node.kind !== 'map') {
    reportError(diagnostics, messages.notAnObject(what), { subject: node.range });
    return undefined;
  }
  const members = new Map<string, JsonNode>();
  const meta = new Set<JsonMember>();
  for (const key of keys) {
    const member = memberOf(node, key);
    if (!member) continue;
    meta.add(member);
    if (member.value.kind !== 'null') members.set(key, member.value);
  }
  const type = members.get('type');
  if (!type || type.kind !== 'string' || type.value === '') {
    if (type && type.kind !== 'string') refuse(type, 'type', 'a string', diagnostics);
    else reportError(diagnostics, messages.missingType(what), { subject: node.range });
    return undefined;
  }
  const only = namesOf(members, 'only', diagnostics);
  const except = namesOf(members, 'except', diagnostics);
  if (only && except && only.names.length > 0 && except.names.length > 0)
    reportError(diagnostics, messages.onlyAndExcept(), { subject: node.range });
  return {
    members,
    common: {
      type: type.value as string,
      ...(only && { only }),
      ...(except && { except }),
      options: optionsOf(node, meta),
      range: node.range,
      typeRange: type.range,
    },
  };
}

function optionsOf(node: JsonMap, meta: ReadonlySet<JsonMember>): JsonMember[] {
  return node.members.filter((member) => !meta.has(member));
}

/** A single name may stand without a list. */
function namesOf(
  members: ReadonlyMap<string, JsonNode>,
  key: string,
  diagnostics: Diagnostics,
): LegacyNames | undefined {
  const node = members.get(key);
  if (!node) return undefined;
  const items = node.kind === 'list' ? node.items : [node];
  if (items.some(({ kind }) => kind !== 'string')) {
    refuse(node, key, 'a list of names of builders', diagnostics);
    return undefined;
  }
  return { names: items.map((item) => (item as { value: string }).value), ranges: items.map(({ range }) => range) };
}

/** Milliseconds; a number counts nanoseconds, as Packer has it. */
function durationOf(members: ReadonlyMap<string, JsonNode>, key: string, diagnostics: Diagnostics): number | undefined {
  const node = members.get(key);
  if (!node) return undefined;
  const text =
    node.kind === 'number' ? `${String(node.value)}ns` : node.kind === 'string' ? (node.value as string) : '';
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined)
    reportError(diagnostics, templateMessages.duration(key, text), { subject: node.range });
  return milliseconds;
}

function retriesOf(node: JsonNode | undefined, diagnostics: Diagnostics): LegacyProvisioner['maxRetries'] {
  if (!node) return undefined;
  if (node.kind === 'string' || node.kind === 'number') return { text: String(node.value), range: node.range };
  refuse(node, 'max_retries', 'a whole number', diagnostics);
  return undefined;
}

function refuse(node: JsonNode, name: string, wanted: string, diagnostics: Diagnostics): void {
  reportError(diagnostics, messages.wrongType(`\`${name}\``, wanted), { subject: node.range });
}
