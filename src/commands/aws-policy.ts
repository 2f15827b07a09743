import type { Host } from '../host.js';
import type { Permission, TriedPermissions } from '../contract/plugin.js';
import type { Plan, PlannedComponent } from '../plan/plan.js';
import type { CommandArguments } from './command.js';
import type { DoctorValues } from './flag-tables.js';
import { openSession } from './session.js';

/**
 * `imgpack doctor -aws=TEMPLATE`: the IAM policy that the builds of a template need, as JSON, and on standard error what of
 * it the credentials at hand lack. Exit code 1 where they lack something.
 */
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
  const tried = await tryPermissions(plan, host);
  if (tried instanceof Error) {
    host.err(`Whether the credentials have these permissions was not found out: ${tried.message}\n`);
    return 0;
  }
  const { lacking, untried } = tried;
  if (untried.length > 0) host.err(`Not found out: ${untried.join(', ')}\n`);
  if (lacking.length > 0) host.err(`The credentials lack: ${lacking.join(', ')}\n`);
  else host.err('The credentials lack none of what was tried.\n');
  return lacking.length > 0 ? 1 : 0;
}

/** Nothing is changed by that. @returns the fault where the cloud was not reached, or does not know the caller */
async function tryPermissions({ builds }: Plan, host: Host): Promise<TriedPermissions | Error> {
  const [lacking, untried] = [new Set<string>(), new Set<string>()];
  const environment = { env: host.env, workingDirectory: host.workingDirectory };
  try {
    for (const component of builds.flatMap(({ builder, chains }) => [builder, ...chains.flat()])) {
      const permissions = permissionsOf(component);
      const config = component.configWith({}) as never;
      const found = permissions.length > 0 && (await component.definition.lacking?.(config, permissions, environment));
      if (!found) continue;
      for (const action of found.lacking) lacking.add(action);
      for (const action of found.untried) untried.add(action);
    }
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  return { lacking: [...lacking].sort(), untried: [...untried].sort() };
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
