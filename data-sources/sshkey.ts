import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { defineDataSource } from '../src/contract/plugin.js';
import { defineSchema, text } from '../src/contract/schema.js';
import { generateKeyPair, publicKeyOf } from '../src/contract/helpers/key-pair.js';

const RSA_BITS = 4096;

const schema = defineSchema({
  attributes: {
    name: text({ default: 'packer', description: 'name of the key; keys of one name and type are the same key' }),
    type: text({ default: 'rsa', values: ['rsa', 'ed25519'], description: 'kind of key' }),
    cache: text({
      default: 'reuse',
      values: ['reuse', 'unique'],
      description: '`reuse` takes the key of an earlier run, `unique` makes a new one each time',
    }),
  },
});

export default defineDataSource({
  type: 'sshkey',
  summary: 'an SSH key pair, kept in the cache folder',
  schema,
  outputs: {
    public_key: text({ description: 'the public key as a line of `authorized_keys`' }),
    private_key_path: text({ description: 'path of the private key' }),
  },
  async run(config, context) {
    const suffix = config.cache === 'unique' ? `_${randomUUID()}` : '';
    const path = join(context.cacheDirectory, `ssh_private_key_${config.name}_${config.type}${suffix}.pem`);
    const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (known !== undefined) return { public_key: publicKeyOf(known), private_key_path: path };
    const pair = await generateKeyPair(config.type, config.type === 'rsa' ? RSA_BITS : undefined);
    await mkdir(context.cacheDirectory, { recursive: true });
    // A half-written key must never be found by another run.
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, pair.privateKey, { mode: 0o600 });
    await rename(draft, path);
    return { public_key: pair.publicKey, private_key_path: path };
  },
});
