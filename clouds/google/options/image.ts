import { block, bool, type Decoded, text, textList, textMap } from '../../../src/contract/schema.js';
import { encryptionKey } from './machine-blocks.js';

/** Keys of secure boot that an image brings; shared with the import of images. */
export const shieldedOptions = {
  image_platform_key: text({ description: 'File for the secure boot platform key.' }),
  image_key_exchange_key: textList({ description: 'Files for the key exchange keys.' }),
  image_signatures_db: textList({ description: 'Files for the secure boot db.' }),
  image_forbidden_signatures_db: textList({ description: 'Files for the secure boot dbx.' }),
} as const;

/** The image that is made. */
export const imageOptions = {
  image_name: text({
    description: 'Image name; 63 characters at most, lower-case letter first.',
    default: 'packer-{{timestamp}}',
  }),
  image_description: text({ description: 'Image description.', default: 'Created by Packer' }),
  image_family: text({ description: 'Image family; in the form of `image_name`.' }),
  image_project_id: text({ description: 'Project that receives the image.', defaultNote: '`project_id`' }),
  image_labels: textMap({ description: 'Image labels.' }),
  image_licenses: textList({ description: 'Licence URLs.' }),
  image_guest_os_features: textList({ description: 'Guest OS features.' }),
  image_storage_locations: textList({
    description: 'At most one storage location.',
    defaultNote: 'the nearest multi-region',
  }),
  image_architecture: text({
    description: 'Architecture, in any case: X86_64 or ARM64.',
    defaultNote: 'that of the source',
  }),
  ...shieldedOptions,
  skip_create_image: bool({
    description: 'Do not create the image; the build then yields no artifact.',
    default: false,
  }),
  deprecate_at: text({ description: 'RFC 3339 time in the future.' }),
  obsolete_at: text({ description: 'RFC 3339 time in the future.' }),
  delete_at: text({ description: 'RFC 3339 time in the future.' }),
} as const;

export const imageBlocks = {
  image_encryption_key: block(encryptionKey, { description: 'Encryption key of the image.' }),
} as const;

export type ImageConfig = Decoded<{ readonly attributes: typeof imageOptions; readonly blocks: typeof imageBlocks }>;
export type ShieldedConfig = Decoded<{ readonly attributes: typeof shieldedOptions }>;
