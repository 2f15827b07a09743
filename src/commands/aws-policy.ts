import type { Host } from '../host.js';
import type { Permission } from '../contract/plugin.js';
import type { Plan, PlannedComponent } from '../plan/plan.js';
import type { CommandArguments } from './command.js';
import type { DoctorValues } from './flag-tables.js';
import { openSession } from './session.js';

/** `imgpack doctor -aws=TEMPLATE`: the IAM policy that the builds of a template need, as JSON. */
export async function awsPolicy(path: string, values: CommandArguments<DoctorValues>, host: Host): Promise<number> {
  const session = await openSession(
    {
      path,
      values,
      warnUndeclared: false,
      evaluateDataSources: false,
      signal: new AbortController().signal,
      write: (text) => host.err(text),
      isOwnOutput: () => Promise.resolve(true),
    },
    host,
  );
  if (session.failed) return 1;
  const { plan, failed } = await session.plan();
  if (failed) return 1;
  host.out(`${JSON.stringify(policyOf(plan), null, 2)}\n`);
  return 0;
}

/** One statement a service, actions sorted; what other clouds need is left out. */
export function policyOf({ builds }: Plan): object {
  const components = builds.flatMap(({ builder, chains }) => [builder, ...chains.flat()]);
  const actions = [...new Set(components.flatMap(permissionsOf).map(({ action }) => action))].sort();
  const services = [...new Set(actions.map((action) => action.split(':')[0] as string))];
  return {
    Version: '2012-10-17',
    Statement: services.map((service) => ({
      Sid: `Imgpack${service.charAt(0).toUpperCase()}${service.slice(1)}`,
      Effect: 'Allow',
      Action: actions.filter((action) => action.startsWith(`${service}:`)),
      Resource: '*',
    })),
  };
}

function permissionsOf(component: PlannedComponent): readonly Permission[] {
  const { permissions } = component.definition;
  return permissions?.(component.configWith({}) as never) ?? [];
}
