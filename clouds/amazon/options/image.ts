import { block, blocks, bool, number, text, textList, textMap } from '../../../src/contract/schema.js';
import type { Decoded } from '../../../src/contract/schema.js';
import { tagBlock } from './tag-blocks.js';

/** What the image is called, who may use it, and where it goes. */
export const imageOptions = {
  ami_name: text({
    description: 'Name of the image; 3 to 128 characters from the EC2 image-name alphabet.',
    required: true,
  }),
  ami_description: text({ description: 'Description; rendered late with the build template data.', template: 'late' }),
  ami_virtualization_type: text({
    description: 'Virtualization type; required by ebssurrogate and by chroot `from_scratch`. Usual: hvm, paravirtual.',
    defaultNote: 'kept from source',
  }),
  ami_users: textList({ description: 'Account ids allowed to launch.' }),
  ami_groups: textList({ description: 'Groups allowed to launch; only all is meaningful.' }),
  ami_org_arns: textList({ description: 'Organization ARNs allowed to launch.' }),
  ami_ou_arns: textList({ description: 'Organizational-unit ARNs allowed to launch.' }),
  ami_product_codes: textList({ description: 'Product codes to attach.' }),
  ami_regions: textList({ description: 'Extra regions to copy to; the build region is dropped from the list.' }),
  skip_region_validation: bool({ description: 'Do not check region names with DescribeRegions.', default: false }),
  snapshot_copy_duration_minutes: number({
    description: 'Requested completion time for a time-based copy, in 15 minute steps.',
  }),
  tags: textMap({ description: 'Tags on the image and its snapshots; rendered late.', template: 'late' }),
  ena_support: bool({ description: 'Tri-state ENA flag; unset leaves it alone.' }),
  sriov_support: bool({ description: 'Set SR-IOV support to simple.', default: false }),
  force_deregister: bool({
    description: 'Deregister same-named images first; also implied by -force.',
    default: false,
  }),
  force_delete_snapshot: bool({
    description: 'Together with `force_deregister` also delete the snapshots behind those images.',
    default: false,
  }),
  encrypt_boot: bool({ description: 'Tri-state; true builds a temporary image and encrypts while copying.' }),
  kms_key_id: text({ description: "Key for the build region's copy; needs `encrypt_boot` = true." }),
  region_kms_key_ids: textMap({
    description:
      "Region to key map; keys must match `ami_regions` exactly; empty string means that region's default key; needs `encrypt_boot` = true for non-empty keys.",
  }),
  skip_save_build_region: bool({
    description: 'Build under a temporary name and keep only the copies in `ami_regions`.',
    default: false,
  }),
  imds_support: text({ description: 'Mark the image as needing IMDSv2.', values: ['v2.0'] }),
  deprecate_at: text({ description: 'RFC 3339 deprecation time.' }),
  snapshot_tags: textMap({
    description: 'Tags applied to snapshots after the image tags, so they win.',
    template: 'late',
  }),
  snapshot_users: textList({ description: 'Accounts granted create-volume on the snapshots.' }),
  snapshot_groups: textList({ description: 'Groups granted create-volume on the snapshots.' }),
  enabled: bool({ description: 'Turn deregistration protection on.', default: false }),
  with_cooldown: bool({ description: 'Add the 24 hour cool-down; implies enabled.', default: false }),
} as const;

export const imageBlocks = {
  tag: blocks(tagBlock, { description: 'One more entry of `tags`.' }),
  snapshot_tag: blocks(tagBlock, { description: 'One more entry of `snapshot_tags`.' }),
  deregistration_protection: block(
    {
      attributes: {
        enabled: bool({ description: 'Protect the image from being deregistered.', default: false }),
        with_cooldown: bool({
          description: 'Keep the protection for 24 hours after it was turned off; implies `enabled`.',
          default: false,
        }),
      },
    },
    { description: 'Protection of the image from being deregistered.' },
  ),
} as const;

export type ImageConfig = Decoded<{ attributes: typeof imageOptions; blocks: typeof imageBlocks }>;
