import type { Host } from '../host.js';
import { forecast, type BuildForecast } from '../engine/cache/forecast.js';
import { faultAsJson } from '../messages/annotate.js';
import type { Printable } from '../messages/print.js';
import type { Plan } from '../plan/plan.js';
import { planToJson } from '../plan/plan-json.js';
import type { LeftOut } from '../template/template.js';
import { forecastToJson } from './forecast-json.js';
import { forecastLines, placeText } from './forecast-text.js';
import type { PlanValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';
import { openRunCache } from './run-cache.js';
import { debugLog, openSession } from './session.js';

/**
 * `imgpack plan`: what a build would do, step by step, and why, without doing anything. Exit 1 where the template has
 * faults; with `-changed-exit-code` that code where something would be built.
 */
export async function run(values: CommandArguments<PlanValues>, host: Host): Promise<number> {
  const path = values.positionals[0] as string;
  const faults: Printable[] = [];
  const session = await openSession(
    {
      path,
      values,
      warnUndeclared: false,
      evaluateDataSources: true,
      force: values.force,
      signal: new AbortController().signal,
      write: (text) => (values.json ? host.err(text) : host.out(text)),
      ...(values.json && { collect: (fault: Printable) => faults.push(fault) }),
      // What is in the way of a build is part of the plan, and no fault of the template.
      isOwnOutput: () => Promise.resolve(true),
    },
    host,
  );
  if (session.failed) {
    if (values.json) host.out(session.redactor.redact(asJson({ builds: [] }, [], faults)));
    return 1;
  }
  const { plan, failed } = await session.plan();
  const complain = (text: string) => host.err(`${text}\n`);
  const cache = await openRunCache(path, values, session.redactor, host, complain);
  const forecasts = cache
    ? await forecast(plan, cache, {
        ...session.environment,
        signal: new AbortController().signal,
        log: debugLog(host),
        redact: (text) => session.redactor.redact(text),
        force: values.force,
      })
    : [];
  const text = values.json ? asJson(plan, forecasts, faults) : asText(plan, forecasts);
  host.out(session.redactor.redact(text));
  if (failed) return 1;
  const changed = forecasts.length === 0 || forecasts.some(({ outcome }) => outcome !== 'unchanged');
  return changed ? (values['changed-exit-code'] ?? 0) : 0;
}

/** The shape is documented in docs/json.md. */
function asJson(plan: Plan, forecasts: readonly BuildForecast[], faults: readonly Printable[]): string {
  const diagnostics = faults.map(faultAsJson);
  return `${JSON.stringify({ ...planToJson(plan), forecast: forecasts.map(forecastToJson), diagnostics }, null, 2)}\n`;
}

function asText(plan: Plan, forecasts: readonly BuildForecast[]): string {
  const leftOut = (plan.leftOut ?? []).map((one) => `    ${leftOutText(one)}\n`).join('');
  const off = leftOut === '' ? '' : `Left out:\n${leftOut}\n`;
  if (plan.builds.length === 0) return `${off}Nothing to build.\n`;
  const builds = forecasts.map((one) => `${forecastLines(one).join('\n')}\n\n`).join('');
  return `${builds}${off}${summary(forecasts)}\n`;
}

/** A switched-off block in a line. */
export function leftOutText({ kind, name, range }: LeftOut): string {
  return `${[kind, name].filter((word) => word !== '').join(' ')}: enabled = false  (${placeText(range)})`;
}

function summary(forecasts: readonly BuildForecast[]): string {
  const of = (outcome: BuildForecast['outcome']) => forecasts.filter((one) => one.outcome === outcome).length;
  const parts = [
    [of('unchanged'), 'unchanged'],
    [of('continues'), 'from a saved state'],
    [of('anew'), 'from nothing'],
  ] as const;
  const counts = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${forecasts.length} build${forecasts.length === 1 ? '' : 's'}: ${counts.join(', ')}.`;
}
