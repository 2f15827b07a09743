import type { Diagnostics } from '../../hcl/diagnostic.js';
import type { SourceRange } from '../../hcl/source.js';
import { nearest } from '../../messages/near.js';
import { at, reportError } from '../report.js';
import { readPostProcessors, readProvisioner } from './components.js';
import { memberOf, stringIn, type JsonMap, type JsonMember, type JsonNode } from './json-document.js';
import { messages } from './messages.js';

/** What a legacy JSON template says, not yet rendered. */
export interface LegacyDocument {
  readonly description?: string;
  readonly minVersion?: { readonly text: string; readonly range: SourceRange };
  /** Sorted by name. */
  readonly variables: ReadonlyMap<string, LegacyVariable>;
  readonly sensitive: readonly string[];
  /** In the order written. */
  readonly builders: readonly LegacyBuilder[];
  readonly provisioners: readonly LegacyProvisioner[];
  readonly errorCleanup?: LegacyProvisioner;
  readonly chains: readonly (readonly LegacyPostProcessor[])[];
  readonly range: SourceRange;
}

export interface LegacyVariable {
  readonly name: string;
  /** Absent where the variable is required. */
  readonly default?: string;
  readonly range: SourceRange;
  readonly nameRange: SourceRange;
}

export interface LegacyBuilder {
  readonly type: string;
  /** As written: `{{ }}` is rendered later. */
  readonly name: string;
  readonly options: readonly JsonMember[];
  readonly range: SourceRange;
  readonly typeRange: SourceRange;
}

/** A list of names, and where it stands. */
export interface LegacyNames {
  readonly names: readonly string[];
  readonly ranges: readonly SourceRange[];
}

interface LegacyComponent {
  readonly type: string;
  readonly only?: LegacyNames;
  readonly except?: LegacyNames;
  readonly options: readonly JsonMember[];
  readonly range: SourceRange;
  readonly typeRange: SourceRange;
}

export interface LegacyProvisioner extends LegacyComponent {
  readonly override?: JsonMap;
  /** Milliseconds. */
  readonly pauseBefore?: number;
  /** Milliseconds per attempt. */
  readonly timeout?: number;
  /** May hold `{{ }}`. */
  readonly maxRetries?: { readonly text: string; readonly range: SourceRange };
}

export interface LegacyPostProcessor extends LegacyComponent {
  readonly name: string;
  readonly keepInputArtifact?: boolean;
}

const ROOT_KEYS = [
  'builders',
  'provisioners',
  'error-cleanup-provisioner',
  'post-processors',
  'variables',
  'sensitive-variables',
  'description',
  'min_packer_version',
  'push',
  'comments',
];

/** Reads the root of a template. What is wrong is reported; what can be read is returned. */
export function readDocument(root: JsonNode, diagnostics: Diagnostics): LegacyDocument | undefined {
  if (root.kind !== 'map') {
    reportError(diagnostics, messages.notAnObject('the template'), { subject: root.range });
    return undefined;
  }
  checkRootKeys(root, diagnostics);
  const reader = new RootReader(root, diagnostics);
  const description = reader.text('description');
  const minVersion = reader.text('min_packer_version');
  const cleanup = memberOf(root, 'error-cleanup-provisioner');
  const errorCleanup = cleanup && readProvisioner(cleanup.value, 'the error-cleanup-provisioner', diagnostics);
  return {
    ...(description && { description: description.text }),
    ...(minVersion && minVersion.text !== '' && { minVersion }),
    variables: reader.variables(),
    sensitive: reader.sensitive(),
    builders: reader.builders(),
    provisioners: reader
      .list('provisioners')
      .flatMap((node, i) => readProvisioner(node, `provisioner ${i + 1}`, diagnostics) ?? []),
    ...(errorCleanup && { errorCleanup }),
    chains: reader.list('post-processors').map((node) => readPostProcessors(node, diagnostics)),
    range: root.range,
  };
}

function checkRootKeys(root: JsonMap, diagnostics: Diagnostics): void {
  for (const { name, nameRange, value } of root.members) {
    if (ROOT_KEYS.includes(name.toLowerCase())) continue;
    if (!name.startsWith('_')) {
      reportError(diagnostics, messages.unknownRootKey(name, nearest(name, ROOT_KEYS)), { subject: nameRange });
    } else if (value.kind !== 'string') {
      reportError(diagnostics, messages.rootComment(name), { subject: value.range });
    }
  }
}

class RootReader {
  constructor(
    private readonly root: JsonMap,
    private readonly diagnostics: Diagnostics,
  ) {}

  text(name: string): { text: string; range: SourceRange } | undefined {
    const node = this.valueOf(name);
    if (!node) return undefined;
    if (node.kind === 'string') return { text: node.value as string, range: node.range };
    this.refuse(node, name, 'a string');
    return undefined;
  }

  list(name: string): readonly JsonNode[] {
    const node = this.valueOf(name);
    if (!node) return [];
    if (node.kind === 'list') return node.items;
    this.refuse(node, name, 'a list');
    return [];
  }

  sensitive(): string[] {
    return this.list('sensitive-variables').flatMap((node) => {
      if (node.kind === 'string') return [node.value as string];
      this.refuse(node, 'sensitive-variables', 'a list of strings');
      return [];
    });
  }

  variables(): Map<string, LegacyVariable> {
    const node = this.valueOf('variables');
    if (!node) return new Map();
    if (node.kind !== 'map') {
      this.refuse(node, 'variables', 'an object');
      return new Map();
    }
    const variables = node.members.flatMap(({ name, nameRange, value }): LegacyVariable[] => {
      if (value.kind === 'string') return [{ name, nameRange, default: value.value as string, range: value.range }];
      if (value.kind === 'null') return [{ name, nameRange, range: value.range }];
      this.refuse(value, name, 'a string, or null where it has to be set');
      return [];
    });
    return new Map(variables.sort((a, b) => compare(a.name, b.name)).map((variable) => [variable.name, variable]));
  }

  builders(): LegacyBuilder[] {
    const builders: LegacyBuilder[] = [];
    const seen = new Map<string, SourceRange>();
    for (const [i, node] of this.list('builders').entries()) {
      const builder = this.builder(node, `builder ${i + 1}`);
      if (!builder) continue;
      const before = seen.get(builder.name);
      if (before) {
        reportError(this.diagnostics, messages.duplicateBuilder(builder.name, at(before)), {
          subject: builder.typeRange,
        });
        continue;
      }
      seen.set(builder.name, builder.typeRange);
      builders.push(builder);
    }
    return builders;
  }

  private builder(node: JsonNode, what: string): LegacyBuilder | undefined {
    if (node.kind !== 'map') {
      reportError(this.diagnostics, messages.notAnObject(what), { subject: node.range });
      return undefined;
    }
    const type = memberOf(node, 'type');
    const name = memberOf(node, 'name');
    if (!type || type.value.kind === 'null' || stringIn(type.value) === '') {
      reportError(this.diagnostics, messages.missingType(what), { subject: node.range });
      return undefined;
    }
    for (const member of [type, name]) {
      if (!member || member.value.kind === 'string' || member.value.kind === 'null') continue;
      this.refuse(member.value, member.name, 'a string');
      return undefined;
    }
    const typeText = stringIn(type.value) as string;
    return {
      type: typeText,
      name: stringIn(name?.value) || typeText,
      options: node.members.filter((member) => member !== type && member !== name),
      range: node.range,
      typeRange: (name ?? type).value.range,
    };
  }

  private valueOf(name: string): JsonNode | undefined {
    const value = memberOf(this.root, name)?.value;
    return value?.kind === 'null' ? undefined : value;
  }

  private refuse(node: JsonNode, name: string, wanted: string): void {
    reportError(this.diagnostics, messages.wrongType(`\`${name}\``, wanted), { subject: node.range });
  }
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
