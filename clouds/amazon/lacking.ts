import type { Environment } from '../../src/contract/context.js';
import type { Permission, TriedPermissions } from '../../src/contract/plugin.js';
import { accessOf } from './access.js';
import { type Cloud, cloudOf } from './cloud.js';
import { dryRuns } from './dry-run.js';
import { isFault } from './fault.js';
import type { AccessConfig } from './options/access.js';

const REFUSED = /UnauthorizedOperation|AccessDenied/;
/** Faults that tell that no call can be judged. */
const UNKNOWN_CALLER = /AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken|UnrecognizedClient/;

/**
 * Finds out what the credentials of a configuration may not do, without doing anything: EC2 is asked by dry runs, for the
 * other services IAM tells what a policy of the caller would allow.
 * @throws ImgpackError where AWS does not know the caller at all
 */
export async function lackingPermissions(
  config: AccessConfig,
  permissions: readonly Permission[],
  environment: Pick<Environment, 'env' | 'workingDirectory'>,
): Promise<TriedPermissions> {
  const cloud = cloudOf(accessOf(config, environment));
  const actions = permissions.map(({ action }) => action);
  const byDryRun = actions.filter((action) => dryRuns[action]);
  const others = actions.filter((action) => !dryRuns[action]);
  const [lacking, simulated] = await Promise.all([refused(cloud, byDryRun), simulate(cloud, others)]);
  return { lacking: [...lacking, ...simulated.lacking], untried: simulated.untried };
}

async function refused(cloud: Cloud, actions: readonly string[]): Promise<string[]> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const found = await Promise.all(
    actions.map(async (action) => {
      try {
        await ec2.send(dryRuns[action]?.(sdk) as never);
        return [];
      } catch (error) {
        if (isFault(error, REFUSED)) return [action];
        // That the thing does not exist, or that it would have worked.
        if (isFault(error, /./) && !isFault(error, UNKNOWN_CALLER)) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

async function simulate(cloud: Cloud, actions: readonly string[]): Promise<TriedPermissions> {
  if (actions.length === 0) return { lacking: [], untried: [] };
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const { SimulatePrincipalPolicyCommand } = await import('@aws-sdk/client-iam');
  try {
    const { Arn = '' } = await (await cloud.sts()).send(new GetCallerIdentityCommand({}));
    const { EvaluationResults = [] } = await (
      await cloud.iam()
    ).send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: principalOf(Arn), ActionNames: [...actions] }));
    const lacking = EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== 'allowed');
    return { lacking: lacking.flatMap(({ EvalActionName }) => EvalActionName ?? []), untried: [] };
  } catch (error) {
    if (!isFault(error, /./)) throw error;
    return { lacking: [], untried: actions };
  }
}

/** Sessions of a role have no policies of their own. */
const principalOf = (arn: string): string =>
  arn.replace(/^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:$1:iam::$2:role/$3');
