import { FixError, isObject, ofBuilders, rename, type Fixer } from './fixer.js';

const AMAZON = ['amazon-*'];
const TRUE_WORDS = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE_WORDS = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

export const scalewayAccessKey: Fixer = {
  name: 'scaleway-access-key',
  description: '`access_key` of Scaleway becomes `organization_id`',
  fix: ofBuilders(['scaleway'], (builder) =>
    rename(builder, 'access_key', 'organization_id', { keep: true, only: 'string' }),
  ),
};

export const amazonShutdownBehavior: Fixer = {
  name: 'amazon-shutdown_behavior',
  description: '`shutdown_behaviour` becomes `shutdown_behavior`',
  fix: ofBuilders(AMAZON, (builder) => rename(builder, 'shutdown_behaviour', 'shutdown_behavior')),
};

export const amazonEnhancedNetworking: Fixer = {
  name: 'amazon-enhanced-networking',
  description: '`enhanced_networking` becomes `ena_support`',
  fix: ofBuilders(AMAZON, (builder) => rename(builder, 'enhanced_networking', 'ena_support', { only: 'boolean' })),
};

export const amazonPrivateIp: Fixer = {
  name: 'amazon-private-ip',
  description: '`ssh_private_ip` becomes `ssh_interface`',
  fix: ofBuilders(AMAZON, (builder) => {
    if (!Object.hasOwn(builder, 'ssh_private_ip') || Object.hasOwn(builder, 'ssh_interface')) return;
    const isPrivate = truthOf(builder['ssh_private_ip']);
    delete builder['ssh_private_ip'];
    builder['ssh_interface'] = isPrivate ? 'private_ip' : 'public_ip';
  }),
};

export const amazonSourceCidrs: Fixer = {
  name: 'amazon-temp-sec-cidrs',
  description: '`temporary_security_group_source_cidr` becomes a list',
  fix: ofBuilders(AMAZON, (builder) => {
    const source = builder['temporary_security_group_source_cidr'];
    if (typeof source !== 'string') return;
    delete builder['temporary_security_group_source_cidr'];
    builder['temporary_security_group_source_cidrs'] = [source];
  }),
};

export const amazonSpotPrice: Fixer = {
  name: 'spot-price-auto-product',
  description: '`spot_price_auto_product` goes',
  fix: ofBuilders(['amazon-ebs', 'amazon-ebssurrogate', 'amazon-ebsvolume', 'amazon-instance'], (builder) => {
    delete builder['spot_price_auto_product'];
  }),
};

export const azureExcludeFromLatest: Fixer = {
  name: 'azure-exclude_from_latest',
  description: '`exlude_from_latest` becomes `exclude_from_latest`',
  fix: ofBuilders(['azure-chroot'], (builder) => {
    const destination = builder['shared_image_destination'];
    if (isObject(destination)) rename(destination, 'exlude_from_latest', 'exclude_from_latest');
  }),
};

function truthOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && TRUE_WORDS.includes(value)) return true;
  if (typeof value === 'string' && FALSE_WORDS.includes(value)) return false;
  throw new FixError(`\`ssh_private_ip\` is neither true nor false: ${JSON.stringify(value)}`);
}
