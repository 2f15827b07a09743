import { randomUUID } from 'node:crypto';
import { ImgpackError } from '../../../src/messages/message.js';
import { keyPair } from '../kinds/key-pair.js';
import { messages } from '../messages.js';
import { tagsOf, tagSpecifications } from '../tags.js';
import { publicKeyOf } from '../../../src/contract/helpers/key-pair.js';
import type { Context, InCloud } from './config.js';
import type { SourceImage } from './find-source-image.js';

export interface Key {
  readonly keyName?: string;
  /** The temporary one. */
  readonly keyPair?: { readonly privateKey: string; readonly publicKey: string };
}

/** Has EC2 make the temporary key pair, unless the template has a way in of its own. */
export async function makeKeyPair(context: Context, { cloud, data }: InCloud & SourceImage): Promise<Key> {
  const { config, resources, render } = context;
  const named = config.ssh_keypair_name ? { keyName: config.ssh_keypair_name } : {};
  if (config.communicator === 'none' && !config.temporary_key_pair_name) return named;
  if (config.ssh_private_key_file || config.ssh_agent_auth || config.ssh_keypair_name) return named;
  if (config.ssh_password && !config.temporary_key_pair_name) return named;
  const name = config.temporary_key_pair_name || `packer_${randomUUID()}`;
  const type = config.temporary_key_pair_type || 'rsa';
  if (type !== 'rsa' && type !== 'ed25519')
    throw new ImgpackError(messages.refused('temporary_key_pair_type', 'must be rsa or ed25519 on AWS'));
  const { CreateKeyPairCommand } = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const TagSpecifications = tagSpecifications(
    tagsOf(config.run_tags, config.run_tag, render, data),
    'key-pair' as const,
  );
  const { value } = await resources.create(keyPair, { access: cloud.access, name }, async () => ({
    value:
      (await ec2.send(new CreateKeyPairCommand({ KeyName: name, KeyType: type, TagSpecifications }))).KeyMaterial ?? '',
    data: name,
  }));
  context.addSecret(value);
  return { keyName: name, keyPair: { privateKey: value, publicKey: publicKeyOf(value) } };
}
