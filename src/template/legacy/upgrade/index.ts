import type { Schema } from '../../../contract/schema.js';
import { format } from '../../../hcl/format/format.js';
import { compareBytes } from '../../../hcl/values/type.js';
import type {
  LegacyBuilder,
  LegacyDocument,
  LegacyNames,
  LegacyPostProcessor,
  LegacyProvisioner,
} from '../document.js';
import { keyOf, upgradeBody, upgradeValue } from './body.js';
import { callsIn, quoted, upgradeText, type Names } from './text.js';

/** What components' options look like, where that is known. */
export type SchemaOf = (kind: 'builder' | 'provisioner' | 'post-processor', type: string) => Schema | undefined;

export interface Upgraded {
  readonly text: string;
  /** `{{ }}` that stayed, because HCL2 has nothing for it. */
  readonly left: readonly string[];
}

/** Plugins that are installed by name, by the beginnings of their components' types. */
const PLUGINS = [
  ['amazon', ['amazon']],
  ['ansible', ['ansible']],
  ['azure', ['azure']],
  ['docker', ['docker']],
  ['googlecompute', ['googlecompute']],
  ['qemu', ['qemu']],
  ['vagrant', ['vagrant']],
  ['virtualbox', ['virtualbox']],
  ['vmware', ['vmware']],
  ['vsphere', ['vsphere']],
] as const;

interface NamedSource {
  readonly builder: LegacyBuilder;
  readonly label: string;
}

/** Writes a legacy template in HCL2, so that it plans the same. */
export function upgradeTemplate(document: LegacyDocument, schemaOf: SchemaOf): Upgraded {
  const locals = localsAmong(document);
  const names: Names = { locals, used: new Set(), needsTimestamp: false, left: new Set() };
  const sources = nameSources(document);
  const sourceBlocks = sources.map(({ builder, label }) =>
    block(
      `source ${quoted(builder.type)} ${quoted(label)}`,
      upgradeBody(builder.options, schemaOf('builder', builder.type), names),
    ),
  );
  const build = writeBuild(document, sources, schemaOf, names);
  const localBlocks = [...locals].sort(compareBytes).map((name) => writeLocal(name, document, names));
  const variables = writeVariables(document, names);
  const timestamp = names.needsTimestamp ? ['locals { timestamp = regex_replace(timestamp(), "[- TZ:]", "") }'] : [];
  const packer = writePacker(document);
  const text = `${packer}\n${[...variables, ...timestamp, ...localBlocks, ...sourceBlocks, build].join('\n\n')}\n`;
  return { text: format(text).text, left: [...names.left] };
}

/** Variables whose default calls more than `env`: HCL2 allows that in locals alone. */
function localsAmong({ variables }: LegacyDocument): Set<string> {
  const computed = [...variables.values()].filter(({ default: text }) =>
    callsIn(text ?? '').some(({ name }) => name !== 'env'),
  );
  return new Set(computed.map(({ name }) => name));
}

/** A builder without a name keeps its type as its name, so that nothing that the build calls itself changes. */
function nameSources({ builders }: LegacyDocument): NamedSource[] {
  const named = builders.map((builder) => ({ builder, label: builder.name.replace(/[^\p{L}\p{N}_-]/gu, '_') }));
  const key = ({ builder }: NamedSource): string => builder.type + builder.name;
  return named.sort((a, b) => compareBytes(key(a), key(b)));
}

function writePacker(document: LegacyDocument): string {
  const types = [
    ...document.builders,
    ...document.provisioners,
    ...(document.errorCleanup ? [document.errorCleanup] : []),
    ...document.chains.flat(),
  ].map(({ type }) => type);
  const plugins = PLUGINS.filter(([, starts]) => starts.some((start) => types.some((type) => type.startsWith(start))));
  const lines: string[] = [];
  if (document.minVersion) lines.push(`required_version = ${quoted(`>= ${document.minVersion.text}`)}`);
  if (plugins.length > 0) {
    const entries = plugins.map(
      ([name]) => `${name} = {\nsource = "github.com/hashicorp/${name}"\nversion = "~> 1"\n}`,
    );
    lines.push(block('required_plugins', entries));
  }
  return lines.length === 0 ? '' : `${block('packer', lines)}\n`;
}

function writeVariables(document: LegacyDocument, names: Names): string[] {
  const declared = [...document.variables.values()].filter(({ name }) => !names.locals.has(name));
  const missing = [...names.used].filter((name) => !document.variables.has(name));
  const all = [...declared, ...missing.map((name) => ({ name, default: undefined }))];
  return all
    .sort((a, b) => compareBytes(a.name, b.name))
    .map(({ name, default: text }) => {
      const isMissing = !document.variables.has(name);
      // What was never set was empty.
      const value = isMissing ? '""' : text === undefined ? undefined : upgradeText(text, names);
      return block(`variable ${quoted(name)}`, [
        'type = string',
        ...(value === undefined ? [] : [`default = ${value}`]),
        ...(document.sensitive.includes(name) ? ['sensitive = true'] : []),
      ]);
    });
}

function writeLocal(name: string, document: LegacyDocument, names: Names): string {
  const value = upgradeText(document.variables.get(name)?.default ?? '', names);
  if (!document.sensitive.includes(name)) return block('locals', [`${name} = ${value}`]);
  return block(`local ${quoted(name)}`, ['sensitive = true', `expression = ${value}`]);
}

function writeBuild(
  document: LegacyDocument,
  sources: readonly NamedSource[],
  schemaOf: SchemaOf,
  names: Names,
): string {
  const references = sources.map(({ builder, label }) => quoted(`source.${builder.type}.${label}`));
  const provisioner = (kind: string, component: LegacyProvisioner): string =>
    block(`${kind} ${quoted(component.type)}`, provisionerLines(component, sources, schemaOf, names));
  const chains = document.chains.map((chain) => {
    const steps = chain.map((step) =>
      block(`post-processor ${quoted(step.type)}`, postProcessorLines(step, sources, schemaOf, names)),
    );
    return steps.length === 1 ? (steps[0] as string) : block('post-processors', steps);
  });
  const parts = [
    ...(document.description === undefined ? [] : [`description = ${quoted(document.description)}`]),
    `sources = [${references.join(', ')}]`,
    ...document.provisioners.map((component) => provisioner('provisioner', component)),
    ...(document.errorCleanup ? [provisioner('error-cleanup-provisioner', document.errorCleanup)] : []),
    ...(chains.length === 0 ? [] : [chains.join('\n')]),
  ];
  return `build {\n${parts.join('\n\n')}\n}`;
}

function provisionerLines(
  component: LegacyProvisioner,
  sources: readonly NamedSource[],
  schemaOf: SchemaOf,
  names: Names,
): string[] {
  const { pauseBefore, timeout, maxRetries, override } = component;
  const over = override?.members.map(
    ({ name, value }) => `${keyOf(labelOf(name, sources))} = ${upgradeValue(value, names)}`,
  );
  const meta = [
    ...selection(component, sources),
    ...(maxRetries ? [`max_retries = ${upgradeText(maxRetries.text, names)}`] : []),
    ...(pauseBefore === undefined ? [] : [`pause_before = "${pauseBefore / 1000}s"`]),
    ...(timeout === undefined ? [] : [`timeout = "${timeout / 1000}s"`]),
    ...(over ? [`override = {\n${over.join('\n')}\n}`] : []),
  ];
  return [...upgradeBody(component.options, schemaOf('provisioner', component.type), names), ...meta];
}

function postProcessorLines(
  step: LegacyPostProcessor,
  sources: readonly NamedSource[],
  schemaOf: SchemaOf,
  names: Names,
): string[] {
  const { keepInputArtifact: keep } = step;
  return [
    ...(keep === undefined ? [] : [`keep_input_artifact = ${keep}`]),
    ...upgradeBody(step.options, schemaOf('post-processor', step.type), names),
    ...(step.name === step.type ? [] : [`name = ${quoted(step.name)}`]),
    ...selection(step, sources),
  ];
}

/** HCL2 names sources by type and label. */
function selection(
  { only, except }: { readonly only?: LegacyNames; readonly except?: LegacyNames },
  sources: readonly NamedSource[],
): string[] {
  const list = (name: string, given: LegacyNames | undefined): string[] => {
    if (!given || given.names.length === 0) return [];
    const labels = given.names.map((builder) => {
      const source = sources.find((candidate) => candidate.builder.name === builder);
      return quoted(source ? `${source.builder.type}.${source.label}` : builder);
    });
    return [`${name} = [${labels.join(', ')}]`];
  };
  return [...list('except', except), ...list('only', only)];
}

function labelOf(builder: string, sources: readonly NamedSource[]): string {
  return sources.find((candidate) => candidate.builder.name === builder)?.label ?? builder;
}

function block(header: string, lines: readonly string[]): string {
  return `${header} {\n${lines.map((line) => `${line}\n`).join('')}}`;
}
