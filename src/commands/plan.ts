import type { Host } from '../host.js';
import { formatDuration } from '../contract/duration.js';
import type { Plan, PlannedProvisioner } from '../plan/plan.js';
import { planToJson } from '../plan/plan-json.js';
import type { LeftOut } from '../template/template.js';
import type { PlanValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { openSession } from './session.js';

/** `imgpack plan`: the builds and their steps in order, without doing anything. */
export async function run(values: CommandArguments<PlanValues>, host: Host): Promise<number> {
  const session = await openSession(
    {
      path: values.positionals[0] as string,
      values,
      warnUndeclared: false,
      evaluateDataSources: true,
      force: values.force,
      signal: new AbortController().signal,
      write: (text) => (values.json ? host.err(text) : host.out(text)),
    },
    host,
  );
  if (session.failed) return 1;
  const { plan, failed } = await session.plan();
  const text = values.json ? `${JSON.stringify(planToJson(plan), null, 2)}\n` : asText(plan);
  host.out(session.redactor.redact(text));
  return failed ? 1 : 0;
}

function asText(plan: Plan): string {
  const leftOut = (plan.leftOut ?? []).map((one) => `    ${leftOutText(one)}\n`).join('');
  const off = leftOut === '' ? '' : `Left out:\n${leftOut}\n`;
  if (plan.builds.length === 0) return `${off}Nothing to build.\n`;
  const lines: string[] = [];
  for (const build of plan.builds) {
    lines.push(`==> ${build.identity.name}`, `    launch      ${build.builder.type}  (${place(build.builder.place)})`);
    if (build.dependsOn.length > 0) lines.push(`    after       ${build.dependsOn.join(', ')}`);
    for (const step of build.provisioners)
      lines.push(`    provision   ${label(step)}${extras(step)}  (${place(step.place)})`);
    if (build.errorCleanup)
      lines.push(`    on failure  ${label(build.errorCleanup)}  (${place(build.errorCleanup.place)})`);
    lines.push('    finish');
    for (const chain of build.chains) {
      lines.push(`    then        ${chain.map(label).join(' -> ')}${chain[0] ? `  (${place(chain[0].place)})` : ''}`);
    }
    lines.push('');
  }
  const count = plan.builds.length;
  return `${lines.join('\n')}\n${off}${count} build${count === 1 ? '' : 's'}.\n`;
}

/** A switched-off block in a line. */
export function leftOutText({ kind, name, range }: LeftOut): string {
  return `${[kind, name].filter((word) => word !== '').join(' ')}: enabled = false  (${place(range)})`;
}

function label({ type, name }: { readonly type: string; readonly name?: string }): string {
  return name === undefined ? type : `${type} "${name}"`;
}

function extras(step: PlannedProvisioner): string {
  const notes = [
    step.pauseBefore ? `after a pause of ${formatDuration(step.pauseBefore)}` : '',
    step.timeout ? `within ${formatDuration(step.timeout)}` : '',
    step.maxRetries > 0 ? `up to ${step.maxRetries + 1} times` : '',
    step.continueOnError ? 'its failure is ignored' : '',
  ].filter((note) => note !== '');
  return notes.length > 0 ? `, ${notes.join(', ')}` : '';
}

function place({ file, start }: { readonly file: string; readonly start: { readonly line: number } }): string {
  return `${file}:${start.line}`;
}
