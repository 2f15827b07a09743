import type { Host } from '../host.js';
import { toJs } from '../hcl/values/json.js';
import { describeType } from '../hcl/values/type.js';
import type { Value } from '../hcl/values/value.js';
import { faultAsJson } from '../messages/annotate.js';
import type { Printable } from '../messages/print.js';
import type { BuildBlock, ComponentBlock, Template } from '../template/template.js';
import type { InspectValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { listVariables } from './console-session.js';
import { inspectLegacy } from './inspect-legacy.js';
import { leftOutText } from './plan.js';
import { openSession } from './session.js';
import { localsOf, variablesOf } from './template-values.js';

/** `imgpack inspect`: what a template consists of, in the order written. Unset variables are no fault here. */
export async function run(values: CommandArguments<InspectValues>, host: Host): Promise<number> {
  const faults: Printable[] = [];
  const session = await openSession(
    {
      path: values.positionals[0] as string,
      values,
      warnUndeclared: false,
      evaluateDataSources: true,
      tolerant: true,
      signal: new AbortController().signal,
      write: (text) => (values.json ? host.err(text) : host.out(text)),
      ...(values.json && { collect: (fault: Printable) => faults.push(fault) }),
    },
    host,
  );
  const { template, redactor } = session;
  const diagnostics = faults.map(faultAsJson);
  if (!template) {
    if (values.json) host.out(`${JSON.stringify({ diagnostics }, null, 2)}\n`);
    return 1;
  }
  const text = values.json ? `${JSON.stringify({ ...asJson(template), diagnostics }, null, 2)}\n` : asText(template);
  host.out(redactor.redact(text));
  return 0;
}

function asText(template: Template): string {
  if (template.legacy) return inspectLegacy(template.legacy);
  const listing = listVariables({ variables: variablesOf(template), locals: localsOf(template) });
  const builds = template.builds.map((build, index) => buildText(build, index)).join('');
  const off = template.leftOut.map((one) => `  ${leftOutText(one)}\n`).join('');
  return `Packer Inspect: HCL2 mode\n\n${listing}\n> builds:\n\n${builds}${off === '' ? '' : `> left out:\n\n${off}\n`}`;
}

function buildText(build: BuildBlock, index: number): string {
  const lines = [`  > ${build.name === '' ? `<unnamed build ${index}>` : build.name}:`, ''];
  if (build.description) lines.push(`  > Description: ${build.description}`, '');
  lines.push('    sources:', '');
  if (build.uses.length === 0) lines.push('      <no source>', '');
  for (const { type, localName } of build.uses) lines.push(`      ${type}.${localName}`, '');
  lines.push('    provisioners:', '');
  if (build.provisioners.length === 0) lines.push('      <no provisioner>');
  lines.push(
    ...build.provisioners.map((provisioner) => `      ${nameOf(provisioner)}`),
    '',
    '    post-processors:',
    '',
  );
  if (build.chains.length === 0) lines.push('      <no post-processor>', '');
  for (const [chain, steps] of build.chains.entries()) {
    lines.push(`      ${chain}:`, ...steps.map((step) => `        ${nameOf(step)}`), '');
  }
  return `${lines.join('\n')}\n`;
}

function nameOf({ type, name }: ComponentBlock): string {
  return name ? `${type}.${name}` : type;
}

/** The shape is documented in docs/json.md. */
function asJson(template: Template): Record<string, unknown> {
  const shown = (value: Value, sensitive: boolean) => (sensitive ? undefined : toJs(value));
  return {
    variables: [...template.variables.values()].map(({ name, type, description, sensitive, value, origin }) => ({
      name,
      type: describeType(type),
      ...(description !== undefined && { description }),
      sensitive,
      set_by: origin ?? null,
      value: shown(value, sensitive),
    })),
    locals: [...template.locals.values()].map(({ name, sensitive, value }) => ({
      name,
      sensitive,
      value: shown(value, sensitive),
    })),
    required_plugins: template.requiredPlugins.map(({ name, source, version }) => ({ name, source, version })),
    sources: template.sources.map(({ type, name }) => ({ type, name })),
    builds: template.builds.map((build) => ({
      name: build.name,
      ...(build.description !== undefined && { description: build.description }),
      sources: build.uses.map(({ type, label, localName }) => ({ type, label, name: localName })),
      provisioners: build.provisioners.map(componentJson),
      error_cleanup_provisioner: build.errorCleanup ? componentJson(build.errorCleanup) : null,
      post_processors: build.chains.map((chain) => chain.map(componentJson)),
    })),
    ...(template.leftOut.length > 0 && {
      left_out: template.leftOut.map(({ kind, name, range }) => ({
        kind,
        name,
        file: range.file,
        line: range.start.line,
      })),
    }),
  };
}

function componentJson({ type, name, only, except }: ComponentBlock): unknown {
  return {
    type,
    ...(name !== undefined && { name }),
    ...(only.length > 0 && { only }),
    ...(except.length > 0 && { except }),
  };
}
