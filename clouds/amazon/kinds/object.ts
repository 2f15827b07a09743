import type { ResourceKind } from '../../../src/contract/resources.js';
import { cloudOf } from '../cloud.js';
import { unlessGone } from '../fault.js';
import type { InAccount } from './reference.js';

/** An uploaded file, and what is there of one that was uploaded in parts. */
export const object: ResourceKind<InAccount & { readonly bucket: string; readonly key: string }> = {
  name: 'amazon-ebs/object',
  describe: ({ args }) => `object s3://${args.bucket}/${args.key}`,
  async destroy({ args: { access, bucket: Bucket, key: Key } }) {
    const sdk = await import('@aws-sdk/client-s3');
    const s3 = await cloudOf(access).s3();
    const { Uploads = [] } = await s3.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
    for (const { UploadId } of Uploads)
      await unlessGone(s3.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })), 'NoSuchUpload');
    await unlessGone(s3.send(new sdk.DeleteObjectCommand({ Bucket, Key })), 'NoSuchKey');
  },
};
