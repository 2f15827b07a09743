import type { Problem } from '../../src/contract/plugin.js';
import { messages } from './messages.js';
import type { BlockDevice } from './options/block-devices.js';
import { problem } from '../../src/contract/helpers/problem.js';
import type { ImageMakerConfig } from './steps/config.js';

const KEY =
  /^(arn:[\w-]+:kms:[\w-]*:\d{12}:(key\/(mrk-[0-9a-f]{32}|[0-9a-f-]{36})|alias\/[\w/-]+)|mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|alias\/[\w/-]+)$/i;

/** A name that EC2 takes: what it does not know becomes a dash. */
export const cleanName = (name: string): string => name.replace(/[^A-Za-z0-9()[\] ./\-'@_]/g, '-');

/** Checks the image's name, copies, keys and permissions. */
export function* validateImage(config: ImageMakerConfig): Generator<Problem> {
  const { ami_name: name } = config;
  if (name.length < 3 || name.length > 128)
    yield problem('ami_name', messages.refused('ami_name', 'must have 3 to 128 characters'));
  else if (cleanName(name) !== name)
    yield problem('ami_name', messages.refused('ami_name', "may hold letters, digits and `()[] ./-'@_` only"));
  yield* keys(config);
  if (
    config.deprecate_at &&
    !/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(config.deprecate_at)
  )
    yield problem('deprecate_at', messages.refused('deprecate_at', 'is no time of the form 2030-01-31T12:00:00Z'));
  const minutes = config.snapshot_copy_duration_minutes;
  if (minutes !== undefined && minutes % 15 !== 0)
    yield problem(
      'snapshot_copy_duration_minutes',
      messages.refused('snapshot_copy_duration_minutes', 'must be a multiple of 15'),
    );
}

function* keys(config: ImageMakerConfig): Generator<Problem> {
  const { kms_key_id: own, region_kms_key_ids: byRegion, encrypt_boot: encrypt } = config;
  const regions = Object.keys(byRegion);
  if (regions.length > 0) {
    const option = 'region_kms_key_ids';
    for (const region of regions)
      if (!config.ami_regions.includes(region))
        yield problem(option, messages.refused(option, `names \`${region}\`, which is not in \`ami_regions\``));
    for (const region of config.ami_regions)
      if (!(region in byRegion)) yield problem(option, messages.refused(option, `has no key for \`${region}\``));
  }
  for (const [option, key] of [
    ['kms_key_id', own],
    ...Object.values(byRegion).map((it) => ['region_kms_key_ids', it]),
  ]) {
    if (!key) continue;
    if (encrypt !== true) yield problem(option, messages.needs(option ?? '', '`encrypt_boot = true`'));
    if (!KEY.test(key)) yield problem(option, messages.refused(option ?? '', `holds \`${key}\`, which is no KMS key`));
  }
  const shared = [config.ami_users, config.ami_org_arns, config.ami_ou_arns, config.snapshot_users].some(
    (it) => it.length > 0,
  );
  const usesDefault = encrypt === true && ((!own && regions.length === 0) || Object.values(byRegion).includes(''));
  if (shared && usesDefault)
    yield problem(
      'encrypt_boot',
      messages.refused('encrypt_boot', 'with the default key makes an image that cannot be shared'),
    );
}

/** Checks block devices; `option` is the name of their block. */
export function* validateDevices(option: string, devices: readonly BlockDevice[]): Generator<Problem> {
  for (const [i, device] of devices.entries()) {
    const at = (name: string): string => `${option}[${i}].${name}`;
    const { volume_type: type, iops, volume_size: size, throughput } = device;
    if (!device.device_name) yield problem(at('device_name'), messages.needed([`${option}.device_name`]));
    if (device.kms_key_id && device.encrypted === false)
      yield problem(at('kms_key_id'), messages.needs('kms_key_id', '`encrypted = true`'));
    const ratio = type === 'io1' ? 50 : type === 'io2' ? 500 : undefined;
    if (ratio !== undefined && iops) {
      if (size && iops / size > ratio)
        yield problem(at('iops'), messages.refused('iops', `is more than ${ratio} for each GiB of ${type}`));
      if (iops < 100 || iops > 64_000) yield problem(at('iops'), messages.refused('iops', 'must be 100 to 64000'));
    }
    if (type === 'gp3' && iops && (iops < 3000 || iops > 16_000))
      yield problem(at('iops'), messages.refused('iops', 'must be 3000 to 16000 for gp3'));
    if (throughput && type !== 'gp3')
      yield problem(at('throughput'), messages.refused('throughput', 'can be set for gp3 only'));
    else if (throughput && (throughput < 125 || throughput > 1000))
      yield problem(at('throughput'), messages.refused('throughput', 'must be 125 to 1000'));
  }
}
