import { cleanResourceName } from '../../clouds/amazon/clean-resource-name.js';
import { amazonKinds } from '../../clouds/amazon/kinds/index.js';
import { imageReference } from '../../clouds/amazon/kinds/image.js';
import { messages } from '../../clouds/amazon/messages.js';
import { lackingPermissions } from '../../clouds/amazon/lacking.js';
import { allowed } from '../../clouds/amazon/permissions.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { openAccount } from '../../clouds/amazon/steps/open-account.js';
import { validateAccess } from '../../clouds/amazon/validate-access.js';
import { definePostProcessor, type Problem } from '../../src/contract/plugin.js';
import { catalogue, ImgpackError } from '../../src/messages/message.js';
import { type Config, schema } from './config.js';
import { importImage } from './import-image.js';
import { nameImage } from './name-image.js';
import { uploadFile } from './upload-file.js';

const own = catalogue('amazon-import', {
  fileMissing: (format: string) => ({
    text: `the artifact has no file that ends in \`.${format}\``,
    hint: 'set `format` to what the builder makes, or `format` of the builder to what is imported',
  }),
});

export default definePostProcessor({
  type: 'amazon-import',
  summary: 'uploads a disk image and makes an AMI of it',
  schema,
  cleanResourceName,
  resourceKinds: amazonKinds,
  validate: (config, context) => [...validateAccess(config, context), ...firmware(config)],
  lacking: lackingPermissions,
  permissions: (config) =>
    allowed(
      's3:PutObject',
      's3:AbortMultipartUpload',
      's3:ListBucketMultipartUploads',
      's3:DeleteObject',
      'ec2:ImportImage',
      'ec2:DescribeImportImageTasks',
      'ec2:DescribeImages',
      Boolean(config.ami_name) && 'ec2:CopyImage',
      Boolean(config.ami_name) && 'ec2:DeregisterImage',
      Boolean(config.ami_name) && 'ec2:DeleteSnapshot',
      'ec2:CreateTags',
      'ec2:ModifyImageAttribute',
    ),
  async run(config, context, artifact) {
    const { cloud } = await openAccount({ ...context, config });
    const file = artifact.files.find((name) => name.endsWith(`.${config.format}`));
    if (file === undefined) throw new ImgpackError(own.fileMissing(config.format));
    const upload = await uploadFile(config, context, cloud, file);
    const imported = await importImage(config, context, cloud, upload.key);
    const id = await nameImage(config, context, cloud, imported);
    if (config.skip_clean) await upload.resource.keep();
    else await upload.resource.destroy();
    const { region } = cloud.access;
    return {
      artifact: {
        builderId: 'packer.post-processor.amazon-import',
        id: `${region}:${id}`,
        files: [],
        description: `AMIs were created:\n${region}: ${id}`,
        ...(artifact.values && { values: artifact.values }),
        remove: [imageReference(cloud.access, id, config.ami_name ?? id)],
      },
      keep: false,
    };
  },
});

function* firmware(config: Config): Generator<Problem> {
  const mode = config.boot_mode ?? (config.architecture === 'arm64' ? 'uefi' : 'legacy-bios');
  if (config.architecture === 'arm64' && mode !== 'uefi')
    yield problem('boot_mode', messages.refused('boot_mode', 'must be uefi for arm64'));
  if (mode === 'uefi' && !config.platform) yield problem(undefined, messages.needed(['platform']));
  if (config.s3_encryption_key && config.s3_encryption !== 'aws:kms' && config.s3_encryption !== 'AES256')
    yield problem('s3_encryption_key', messages.needs('s3_encryption_key', '`s3_encryption = "aws:kms"`'));
}
