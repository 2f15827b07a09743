import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';
import type { RequestHandler } from './request-handler.js';
import type { Access, Role } from './access.js';
import { ImgpackError } from '../../src/messages/message.js';
import { messages } from './messages.js';

/** Credentials are renewed this long before they end. */
const MARGIN_MILLISECONDS = 5 * 60_000;

/**
 * The credentials of an access: keys of the template, else the usual chain (environment, web identity, SSO, process,
 * profile, container, machine), and the role that is assumed with them. Asked for once for all clients, and again when they
 * are about to end.
 */
export function credentialsOf(access: Access, handler: RequestHandler): AwsCredentialIdentityProvider {
  return remembered(async () => {
    const base = await baseOf(access, handler);
    return access.role ? assume(access, access.role, base, handler) : base;
  });
}

async function baseOf(access: Access, handler: RequestHandler): Promise<AwsCredentialIdentityProvider> {
  if (access.keys) {
    const { id, secret, token } = access.keys;
    const keys = { accessKeyId: id, secretAccessKey: secret, ...(token !== null && { sessionToken: token }) };
    return () => Promise.resolve(keys);
  }
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  if (access.withoutMetadata) process.env['AWS_EC2_METADATA_DISABLED'] ??= 'true';
  const chain = fromNodeProviderChain({
    ...(access.profile !== null && { profile: access.profile }),
    ...(access.sharedFile !== null && { filepath: access.sharedFile }),
    clientConfig: { region: access.region, requestHandler: handler },
    ...(access.role?.mfaCode && { mfaCodeProvider: () => Promise.resolve(access.role?.mfaCode as string) }),
  });
  return async () => {
    try {
      return await chain();
    } catch (error) {
      throw new ImgpackError(messages.credentialsMissing((error as Error).message), { cause: error });
    }
  };
}

async function assume(
  access: Access,
  role: Role,
  base: AwsCredentialIdentityProvider,
  handler: RequestHandler,
): Promise<AwsCredentialIdentityProvider> {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const serial = role.mfaCode === null ? undefined : await mfaDevice(access, base, handler);
  const provider = fromTemporaryCredentials({
    masterCredentials: base,
    clientConfig: { region: access.region, requestHandler: handler },
    ...(serial !== undefined && { mfaCodeProvider: () => Promise.resolve(role.mfaCode as string) }),
    params: {
      RoleArn: role.arn,
      RoleSessionName: role.session ?? `imgpack-${process.pid}`,
      ...(role.seconds !== null && { DurationSeconds: role.seconds }),
      ...(role.externalId !== null && { ExternalId: role.externalId }),
      ...(role.policy !== null && { Policy: role.policy }),
      ...(role.policyArns.length > 0 && { PolicyArns: role.policyArns.map((arn) => ({ arn })) }),
      ...(Object.keys(role.tags).length > 0 && {
        Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
      ...(role.transitive.length > 0 && { TransitiveTagKeys: role.transitive }),
      ...(serial !== undefined && { SerialNumber: serial }),
    },
  });
  return async () => {
    try {
      return await provider();
    } catch (error) {
      if (error instanceof ImgpackError) throw error;
      throw new ImgpackError(messages.roleRefused(role.arn, (error as Error).message), { cause: error });
    }
  };
}

/** A user's virtual device is called as the user is, unless `AWS_MFA_SERIAL` names another one. */
async function mfaDevice(
  access: Access,
  base: AwsCredentialIdentityProvider,
  handler: RequestHandler,
): Promise<string> {
  const named = process.env['AWS_MFA_SERIAL'];
  if (named) return named;
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region: access.region, credentials: base, requestHandler: handler });
  const { Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
  if (!/:user\//.test(Arn)) throw new ImgpackError(messages.mfaWithoutUser(Arn));
  return Arn.replace(/:user\/(?:.*\/)?/, ':mfa/');
}

type MakeProvider = () => Promise<AwsCredentialIdentityProvider>;

function remembered(make: MakeProvider): AwsCredentialIdentityProvider {
  let provider: Promise<AwsCredentialIdentityProvider> | undefined;
  let current: Promise<AwsCredentialIdentity> | undefined;
  return async () => {
    const known = await current?.catch(() => undefined);
    const ends = known?.expiration?.getTime() ?? Infinity;
    if (known && ends - Date.now() > MARGIN_MILLISECONDS) return known;
    provider ??= make();
    current = provider.then((get) => get());
    current.catch(() => {
      provider = undefined;
      current = undefined;
    });
    return current;
  };
}
