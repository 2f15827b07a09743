import type { Cloud } from '../../clouds/amazon/cloud.js';
import { messages } from '../../clouds/amazon/messages.js';
import { retryWhile } from '../../src/contract/helpers/retry-while.js';
import { isFault } from '../../clouds/amazon/fault.js';
import type { PostProcessorContext } from '../../src/contract/context.js';
import { pause } from '../../src/contract/helpers/pause.js';
import { ImgpackError } from '../../src/messages/message.js';
import type { Config } from './config.js';

const POLL_SECONDS = 5;

/** Has EC2 make an image of the uploaded file. @returns its id */
export async function importImage(
  config: Config,
  context: PostProcessorContext,
  cloud: Cloud,
  key: string,
): Promise<string> {
  const sdk = await import('@aws-sdk/client-ec2');
  const ec2 = await cloud.ec2();
  const request = new sdk.ImportImageCommand({
    Architecture: config.architecture,
    BootMode: (config.boot_mode ?? (config.architecture === 'arm64' ? 'uefi' : 'legacy-bios')) as never,
    ...(config.ami_description && { Description: config.ami_description }),
    ...(config.platform && { Platform: config.platform === 'windows' ? 'Windows' : 'Linux' }),
    ...(config.ami_encrypt && { Encrypted: true, ...(config.ami_kms_key && { KmsKeyId: config.ami_kms_key }) }),
    ...(config.license_type && { LicenseType: config.license_type }),
    ...(config.role_name && { RoleName: config.role_name }),
    DiskContainers: [
      { Format: config.format.toUpperCase(), UserBucket: { S3Bucket: config.s3_bucket_name, S3Key: key } },
    ],
  });
  // A bucket and a role that were just made are not known everywhere.
  const passes = (error: unknown): boolean => isFault(error, 'InvalidParameter', 'InvalidParameterValue');
  const { ImportTaskId = '' } = await retryWhile(passes, { signal: context.signal, first: 500 }, () =>
    ec2.send(request),
  );
  context.say(`import task: ${ImportTaskId}`);
  const delay = config.aws_polling?.delay_seconds || Number(context.env['AWS_POLL_DELAY_SECONDS']) || POLL_SECONDS;
  for (;;) {
    const query = new sdk.DescribeImportImageTasksCommand({ ImportTaskIds: [ImportTaskId] });
    const [task] = (await ec2.send(query)).ImportImageTasks ?? [];
    if (task?.Status === 'completed' && task.ImageId) return task.ImageId;
    if (task?.Status === 'deleted' || task?.Status === 'deleting')
      throw new ImgpackError(
        messages.stateReached(`import task ${ImportTaskId}`, task.Status, task.StatusMessage ?? ''),
      );
    context.progress(`import task ${ImportTaskId}`, Number(task?.Progress ?? 0), 100, 'percent');
    await pause(delay * 1000, context.signal);
  }
}
