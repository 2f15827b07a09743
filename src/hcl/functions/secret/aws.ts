import type { SecretEnvironment } from './request.js';

/** Reads the text of a secret in AWS Secrets Manager; region, credentials and endpoint are found as by its SDK. */
export async function readAwsSecret(name: string, env: SecretEnvironment): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  const client = new SecretsManagerClient(region ? { region } : {});
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    if (SecretString === undefined) throw new Error(`the secret \`${name}\` holds bytes, not text`);
    return SecretString;
  } finally {
    client.destroy();
  }
}
