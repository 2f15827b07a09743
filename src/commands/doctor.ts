import type { Host } from '../host.js';
import type { AnyDefinition, ComponentKind, Requirement } from '../contract/plugin.js';
import { builtInPlugins } from '../registry.js';
import type { DoctorValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { wantsColor } from './faults.js';

interface Finding {
  readonly kind: ComponentKind;
  readonly type: string;
  readonly summary: string;
  readonly ready: boolean;
  readonly missing: readonly {
    readonly name: string;
    readonly reason: string;
    readonly optional: boolean;
    readonly packages: readonly string[];
  }[];
}

/** `imgpack doctor`: which components can run here, what is missing, and the command that installs it. Exit 1 if a builder cannot run. */
export async function run(values: CommandArguments<DoctorValues>, host: Host): Promise<number> {
  if (values.aws !== undefined) {
    const { awsPolicy } = await import('./aws-policy.js');
    return awsPolicy(values.aws, values, host);
  }
  const findings: Finding[] = [];
  for (const kind of ['builder', 'provisioner', 'post-processor', 'data-source'] as const) {
    for (const type of builtInPlugins.types(kind)) {
      const definition = await builtInPlugins.load(kind, type);
      if (definition) findings.push(await examine(definition));
    }
  }
  if (values.json) host.out(`${JSON.stringify({ findings }, null, 2)}\n`);
  else host.out(report(findings, wantsColor(host, values.color) && host.isTerminal));
  return findings.some(({ kind, ready }) => kind === 'builder' && !ready) ? 1 : 0;
}

async function examine(definition: AnyDefinition): Promise<Finding> {
  const requirements: readonly Requirement[] = definition.requirements?.() ?? [];
  const checked = await Promise.all(
    requirements.map(async (requirement) => ({ requirement, reason: await requirement.check() })),
  );
  const missing = checked.flatMap(({ requirement, reason }) =>
    reason === undefined
      ? []
      : [{ name: requirement.name, reason, optional: requirement.optional === true, packages: requirement.packages }],
  );
  return {
    kind: definition.kind,
    type: definition.type,
    summary: definition.summary,
    ready: missing.every(({ optional }) => optional),
    missing,
  };
}

function report(findings: readonly Finding[], color: boolean): string {
  const paint = (code: string, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const builders = findings.filter(({ kind }) => kind === 'builder');
  const others = findings.filter(({ kind, missing }) => kind !== 'builder' && missing.length > 0);
  const width = Math.max(...findings.map(({ type }) => type.length));
  const lines = ['Builders:'];
  for (const finding of [...builders, ...others]) {
    if (finding === others[0]) lines.push('', 'Also:');
    const state = finding.ready ? paint('32', 'ready  ') : paint('31', 'missing');
    lines.push(`  ${state}  ${finding.type.padEnd(width)}  ${finding.summary}`);
    for (const { name, reason, optional } of finding.missing) {
      lines.push(`           ${''.padEnd(width)}  - ${name}: ${reason}${optional ? ' (optional)' : ''}`);
    }
  }
  const wanted = (optional: boolean) => [
    ...new Set(
      findings.flatMap(({ missing }) =>
        missing.filter((item) => item.optional === optional).flatMap(({ packages }) => packages),
      ),
    ),
  ];
  const [needed, useful] = [wanted(false), wanted(true).filter((name) => !wanted(false).includes(name))];
  if (needed.length > 0) lines.push('', `To install what is missing: sudo apt-get install ${needed.join(' ')}`);
  if (useful.length > 0) lines.push('', `Optional: sudo apt-get install ${useful.join(' ')}`);
  if (needed.length === 0) lines.push('', 'Every builder can run here.');
  return `${lines.join('\n')}\n`;
}
