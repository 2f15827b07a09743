import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { publicKeyOf } from '../../../src/contract/helpers/key-pair.js';
import type { Cloud } from '../cloud.js';

/**
 * Has EC2 Instance Connect let a key in, which it does for one minute.
 * @param file a private key
 * @throws KeyError, AwsFault, and where the file cannot be read
 */
export async function pushKey(cloud: Cloud, instance: string, user: string, file: string): Promise<void> {
  const privateKey = await readFile(file.replace(/^~(?=\/)/, homedir()), 'utf8');
  const { SendSSHPublicKeyCommand } = await import('@aws-sdk/client-ec2-instance-connect');
  const client = await cloud.instanceConnect();
  await client.send(
    new SendSSHPublicKeyCommand({
      InstanceId: instance,
      InstanceOSUser: user,
      SSHPublicKey: publicKeyOf(privateKey),
    }),
  );
}
