import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Cloud } from '../../clouds/amazon/cloud.js';
import { object } from '../../clouds/amazon/kinds/object.js';
import type { PostProcessorContext } from '../../src/contract/context.js';
import type { Resource } from '../../src/contract/resources.js';
import type { Config } from './config.js';

/** S3 takes 10000 parts at most, none but the last below 5 MiB. */
const SMALLEST_PART = 16 * 2 ** 20;
const MOST_PARTS = 10_000;

/** Uploads a file in parts, telling how far it is. */
export async function uploadFile(
  config: Config,
  context: PostProcessorContext,
  cloud: Cloud,
  file: string,
): Promise<{ readonly key: string; readonly resource: Resource<void> }> {
  const key = context.render(config.s3_key_name ?? `packer-import-{{timestamp}}.${config.format}`, {});
  const args = { access: cloud.access, bucket: config.s3_bucket_name, key };
  context.say(`uploading ${file} to s3://${config.s3_bucket_name}/${key}`);
  const resource = await context.resources.create(object, args, async () => {
    await inParts(config, context, cloud, key, resolve(context.workingDirectory, file));
    return { value: undefined };
  });
  return { key, resource };
}

async function inParts(
  config: Config,
  context: PostProcessorContext,
  cloud: Cloud,
  Key: string,
  path: string,
): Promise<void> {
  const sdk = await import('@aws-sdk/client-s3');
  const s3 = await cloud.s3();
  const Bucket = config.s3_bucket_name;
  const { UploadId } = await s3.send(
    new sdk.CreateMultipartUploadCommand({
      Bucket,
      Key,
      ...(config.s3_encryption && { ServerSideEncryption: config.s3_encryption as 'AES256' | 'aws:kms' }),
      ...(config.s3_encryption === 'aws:kms' && config.s3_encryption_key && { SSEKMSKeyId: config.s3_encryption_key }),
    }),
  );
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const part = Math.max(SMALLEST_PART, Math.ceil(size / MOST_PARTS));
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    for (let offset = 0; offset === 0 || offset < size; offset += part) {
      const Body = Buffer.alloc(Math.min(part, size - offset));
      await handle.read(Body, 0, Body.length, offset);
      const PartNumber = Parts.length + 1;
      const command = new sdk.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body });
      const { ETag } = await s3.send(command, { abortSignal: context.signal });
      Parts.push({ PartNumber, ETag });
      context.progress(`s3://${Bucket}/${Key}`, Math.min(offset + part, size), size, 'bytes');
    }
    await s3.send(new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  } finally {
    await handle.close();
  }
}
