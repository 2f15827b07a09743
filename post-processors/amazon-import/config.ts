import { accessBlocks, accessOptions } from '../../clouds/amazon/options/access.js';
import { bool, type Decoded, defineSchema, text, textList, textMap } from '../../src/contract/schema.js';

/** Every option of the `amazon-import` post-processor. */
export const schema = defineSchema({
  attributes: {
    ...accessOptions,
    skip_region_validation: bool({ description: 'Without effect: the region is not looked up.', default: false }),
    s3_bucket_name: text({ description: 'Bucket for the upload.', required: true }),
    s3_key_name: text({
      description: 'Object key template, rendered at run time.',
      default: 'packer-import-{{timestamp}}.<format>',
      template: 'late',
    }),
    s3_encryption: text({ description: 'Server-side encryption of the upload.', values: ['AES256', 'aws:kms'] }),
    s3_encryption_key: text({ description: 'KMS key for aws:kms; ignored for AES256.' }),
    skip_clean: bool({ description: 'Keep the uploaded object.', default: false }),
    tags: textMap({ description: 'Tags on the image and its snapshots.', template: 'late' }),
    ami_name: text({
      description: 'When set the image is copied to this name and the first one removed.',
      defaultNote: 'name assigned by the import task',
    }),
    ami_description: text({ description: 'Description.', template: 'late' }),
    ami_users: textList({ description: 'Accounts allowed to launch.' }),
    ami_groups: textList({ description: 'Groups allowed to launch.' }),
    ami_org_arns: textList({ description: 'Organizations allowed to launch.' }),
    ami_ou_arns: textList({ description: 'Organizational units allowed to launch.' }),
    ami_encrypt: bool({ description: 'Encrypt the import.', default: false }),
    ami_kms_key: text({ description: 'Key used when `ami_encrypt` is true.' }),
    imds_support: text({ description: 'Mark the image as IMDSv2 only.', values: ['v2.0'] }),
    license_type: text({ description: 'License type for the import task.' }),
    role_name: text({ description: 'Service role for the import.', defaultNote: 'vmimport (EC2 default)' }),
    format: text({
      description: 'Format, and the file suffix looked for among the artifact files.',
      default: 'ova',
      values: ['ova', 'raw', 'vmdk', 'vhd', 'vhdx'],
    }),
    architecture: text({ description: 'Architecture.', default: 'x86_64' }),
    boot_mode: text({
      description: 'Boot mode; uefi-preferred is rejected here.',
      defaultNote: 'uefi for arm64, else legacy-bios',
      values: ['legacy-bios', 'uefi'],
    }),
    platform: text({
      description: 'Guest platform. Needed: required when `boot_mode` is uefi.',
      values: ['linux', 'windows'],
    }),
  },
  blocks: accessBlocks,
});

export type Config = Decoded<typeof schema>;
