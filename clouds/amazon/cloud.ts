import type { EC2Client } from '@aws-sdk/client-ec2';
import type { EC2InstanceConnectClient } from '@aws-sdk/client-ec2-instance-connect';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import { once } from '../../src/contract/helpers/once.js';
import type { Access } from './access.js';
import { credentialsOf } from './credentials.js';
import { AwsFault, CAPACITY } from './fault.js';
import { requestHandler } from './request-handler.js';
import { SharedQueries } from './shared-queries.js';
import { Watcher } from './watcher.js';

/** The account as seen from one region. */
export interface Cloud {
  readonly access: Access;
  ec2(): Promise<EC2Client>;
  iam(): Promise<IAMClient>;
  sts(): Promise<STSClient>;
  ssm(): Promise<SSMClient>;
  s3(): Promise<S3Client>;
  secrets(): Promise<SecretsManagerClient>;
  instanceConnect(): Promise<EC2InstanceConnectClient>;
  /** Waits for states, with one call for all that wait. */
  watcher(): Promise<Watcher>;
  /** Looks up images, for builds that start together at once. */
  queries(): Promise<SharedQueries>;
  /** The same account in another region. */
  in(region: string): Cloud;
}

interface Client {
  destroy(): void;
  readonly middlewareStack: { add(middleware: never, options: { step: 'initialize'; name: string }): void };
}

const clouds = new Map<string, Cloud>();

/**
 * All builds of a process share the clients of an account: their connections, their credentials, and the limiter that slows
 * down when AWS says that there were too many calls.
 */
export function cloudOf(access: Access): Cloud {
  const key = JSON.stringify(access);
  const known = clouds.get(key);
  if (known) return known;
  const made = makeCloud(access);
  clouds.set(key, made);
  return made;
}

function makeCloud(access: Access): Cloud {
  // The SDK says at every start that it will want a newer Node some day; that is no matter of the person who builds.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const common = once(async () => {
    const handler = await requestHandler(access.insecure, process.env);
    return {
      region: access.region,
      credentials: credentialsOf(access, handler),
      requestHandler: handler,
      retryStrategy: await retryStrategy(access.attempts),
    };
  });
  const sts = once(async () => {
    const { STSClient } = await import('@aws-sdk/client-sts');
    return explained(new STSClient(await common()), (text) => Promise.resolve(text));
  });
  const decode = async (text: string): Promise<string> => (access.decode ? decoded(await sts(), text) : text);
  const ec2 = once(async () => {
    const { EC2Client } = await import('@aws-sdk/client-ec2');
    const endpoint = access.endpoint === null ? {} : { endpoint: access.endpoint };
    return explained(new EC2Client({ ...(await common()), ...endpoint }), decode);
  });
  return {
    access,
    ec2,
    sts,
    iam: once(async () => explained(new (await import('@aws-sdk/client-iam')).IAMClient(await common()), decode)),
    ssm: once(async () => explained(new (await import('@aws-sdk/client-ssm')).SSMClient(await common()), decode)),
    s3: once(async () => {
      const { S3Client } = await import('@aws-sdk/client-s3');
      return explained(new S3Client({ ...(await common()), forcePathStyle: usesOwnEndpoint() }), decode);
    }),
    secrets: once(async () => {
      const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
      return explained(new SecretsManagerClient(await common()), decode);
    }),
    instanceConnect: once(async () => {
      const { EC2InstanceConnectClient } = await import('@aws-sdk/client-ec2-instance-connect');
      return explained(new EC2InstanceConnectClient(await common()), decode);
    }),
    queries: once(async () => new SharedQueries(await ec2())),
    watcher: once(async () => new Watcher(await ec2())),
    in: (region) => (region === access.region ? cloudOf(access) : cloudOf({ ...access, region, endpoint: null })),
  };
}

const usesOwnEndpoint = (): boolean => Boolean(process.env['AWS_ENDPOINT_URL'] || process.env['AWS_ENDPOINT_URL_S3']);

/** Slows down for all callers together when calls are throttled. A lack of capacity does not pass by asking again at once. */
async function retryStrategy(attempts: number) {
  const { AdaptiveRetryStrategy } = await import('@smithy/core/retry');
  class Strategy extends AdaptiveRetryStrategy {
    override async refreshRetryTokenForRetry(
      ...[token, info]: Parameters<InstanceType<typeof AdaptiveRetryStrategy>['refreshRetryTokenForRetry']>
    ) {
      const { name } = (info.error ?? {}) as Error;
      if (CAPACITY.test(name)) throw info.error;
      return super.refreshRetryTokenForRetry(token, info);
    }
  }
  return new Strategy(() => Promise.resolve(attempts));
}

/** What an encoded refusal says; as it is where it cannot be read. */
async function decoded(sts: STSClient, text: string): Promise<string> {
  const [, EncodedMessage] = /Encoded authorization failure message:\s*(\S+)/.exec(text) ?? [];
  if (EncodedMessage === undefined) return text;
  const { DecodeAuthorizationMessageCommand } = await import('@aws-sdk/client-sts');
  try {
    const { DecodedMessage } = await sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
    return text.replace(EncodedMessage, DecodedMessage ?? EncodedMessage);
  } catch {
    return text; // The refusal matters, not that it stays unread.
  }
}

/** Every refusal becomes a coded error that names the call. */
function explained<C extends Client>(client: C, decode: (text: string) => Promise<string>): C {
  const middleware =
    (next: (args: object) => Promise<object>, context: { commandName?: string }) => async (args: object) => {
      try {
        return await next(args);
      } catch (error) {
        if (!(error instanceof Error) || !('$metadata' in error) || error instanceof AwsFault) throw error;
        const action = (context.commandName ?? 'a call').replace(/Command$/, '');
        throw new AwsFault(action, error, await decode(error.message));
      }
    };
  client.middlewareStack.add(middleware as never, { step: 'initialize', name: 'imgpackFaults' });
  return client;
}
