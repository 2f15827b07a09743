import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { ValidationContext } from '../../src/contract/context.js';
import { validateCommunicator } from '../../src/contract/options/communicator.js';
import type { Problem } from '../../src/contract/plugin.js';
import { messages } from './messages.js';
import { problem } from '../../src/contract/helpers/problem.js';
import { isSpot, type MachineConfig } from './steps/config.js';

/** Checks what the machine is started from and as. */
export function* validateInstance(config: MachineConfig, context: ValidationContext): Generator<Problem> {
  yield* validateCommunicator(config, { needsHost: false, canInjectKey: true, environment: context });
  yield* login(config);
  yield* source(config);
  yield* type(config);
  yield* userData(config, context);
  yield* network(config);
  yield* credits(config);
  yield* capacity(config);
  yield* placement(config);
  yield* metadata(config);
}

function* login(config: MachineConfig): Generator<Problem> {
  if (config.temporary_key_pair_type && !['rsa', 'ed25519'].includes(config.temporary_key_pair_type))
    yield problem(
      'temporary_key_pair_type',
      messages.refused('temporary_key_pair_type', 'must be rsa or ed25519 on AWS'),
    );
  if (config.ssh_interface === 'session_manager') {
    if (config.communicator === 'winrm')
      yield problem('ssh_interface', messages.refused('ssh_interface', 'cannot be session_manager with winrm'));
    if (!config.iam_instance_profile && !config.temporary_iam_instance_profile_policy_document)
      yield problem('ssh_interface', messages.needs('ssh_interface', '`iam_instance_profile` with session_manager'));
  }
  if (config.ssh_keypair_name) {
    if (config.communicator === 'winrm' && !config.winrm_password && !config.ssh_private_key_file)
      yield problem('ssh_keypair_name', messages.needs('ssh_keypair_name', '`ssh_private_key_file` with winrm'));
    else if (config.communicator === 'ssh' && !config.ssh_private_key_file && !config.ssh_agent_auth)
      yield problem(
        'ssh_keypair_name',
        messages.needs('ssh_keypair_name', '`ssh_private_key_file` or `ssh_agent_auth`'),
      );
  }
}

function* source(config: MachineConfig): Generator<Problem> {
  const filter = config.source_ami_filter;
  const filtered =
    filter && (Object.keys(filter.filters).length > 0 || filter.filter.length > 0 || filter.owners.length > 0);
  if (!config.source_ami && !filtered) yield problem(undefined, messages.needed(['source_ami', 'source_ami_filter']));
  else if (!config.source_ami && filter?.owners.length === 0)
    yield problem(
      'source_ami_filter',
      messages.needs('source_ami_filter', '`owners`, so that nobody else can offer an image'),
    );
}

function* type(config: MachineConfig): Generator<Problem> {
  const names = ['instance_type', 'spot_instance_types'];
  if (config.instance_type && config.spot_instance_types.length > 0)
    yield problem('spot_instance_types', messages.oneOf(names));
  if (!config.instance_type && config.spot_instance_types.length === 0)
    yield problem(undefined, messages.needed(names));
  if (isSpot(config)) {
    if (config.enable_nitro_enclave)
      yield problem('enable_nitro_enclave', messages.refused('enable_nitro_enclave', 'cannot be used with spot'));
  } else {
    const tags = { spot_tags: config.spot_tags, fleet_tags: config.fleet_tags };
    for (const [option, map] of Object.entries(tags))
      if (Object.keys(map).length > 0) yield problem(option, messages.needs(option, '`spot_price`'));
    if (config.spot_tag.length > 0) yield problem('spot_tag', messages.needs('spot_tag', '`spot_price`'));
    if (config.fleet_tag.length > 0) yield problem('fleet_tag', messages.needs('fleet_tag', '`spot_price`'));
  }
  if (config.enable_nitro_enclave && config.instance_type?.startsWith('t'))
    yield problem('enable_nitro_enclave', messages.refused('enable_nitro_enclave', 'is not there for burstable types'));
}

function* userData(config: MachineConfig, { workingDirectory }: ValidationContext): Generator<Problem> {
  if (config.user_data && config.user_data_file)
    yield problem('user_data_file', messages.oneOf(['user_data', 'user_data_file']));
  else if (config.user_data_file && !existsSync(resolve(workingDirectory, config.user_data_file)))
    yield problem(
      'user_data_file',
      messages.refused('user_data_file', `names a file that is not there: ${config.user_data_file}`),
    );
}

function* network(config: MachineConfig): Generator<Problem> {
  if (config.security_group_id && config.security_group_ids.length > 0)
    yield problem('security_group_ids', messages.oneOf(['security_group_id', 'security_group_ids']));
  const option = 'temporary_security_group_source_cidrs';
  for (const range of config.temporary_security_group_source_cidrs)
    if (!isRange(range)) yield problem(option, messages.refused(option, `holds \`${range}\`, which is no CIDR range`));
}

function isRange(text: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

function* credits(config: MachineConfig): Generator<Problem> {
  const option = config.enable_unlimited_credits ? 'enable_unlimited_credits' : 'enable_t2_unlimited';
  if (!config.enable_unlimited_credits && !config.enable_t2_unlimited) return;
  const type = config.instance_type ?? config.spot_instance_types[0] ?? '';
  if (!/^t(2|3|3a|4g)\./.test(type)) yield problem(option, messages.needs(option, 'a type t2, t3, t3a or t4g'));
  else if (isSpot(config) && type.startsWith('t2.'))
    yield problem(option, messages.refused(option, 'cannot be used with t2 on spot'));
}

function* capacity(config: MachineConfig): Generator<Problem> {
  const names = [
    'capacity_reservation_preference',
    'capacity_reservation_id',
    'capacity_reservation_group_arn',
  ] as const;
  const given = names.filter((name) => config[name]);
  if (given.length > 1) yield problem(given[1], messages.oneOf(given));
}

function* placement({ tenancy, placement }: MachineConfig): Generator<Problem> {
  if (tenancy && placement?.tenancy) yield problem('tenancy', messages.oneOf(['tenancy', 'placement.tenancy']));
  if (!placement) return;
  if (placement.host_id && placement.host_resource_group_arn)
    yield problem('placement.host_id', messages.oneOf(['placement.host_id', 'placement.host_resource_group_arn']));
  const effective = tenancy || placement.tenancy;
  if ((placement.host_id || placement.host_resource_group_arn) && effective && effective !== 'host')
    yield problem('placement', messages.needs('placement', 'the tenancy `host` for a host'));
}

function* metadata({ metadata_options: options }: MachineConfig): Generator<Problem> {
  const hops = options?.http_put_response_hop_limit;
  const option = 'metadata_options.http_put_response_hop_limit';
  if (hops !== undefined && (hops < 1 || hops > 64)) yield problem(option, messages.refused(option, 'must be 1 to 64'));
  if (options?.instance_metadata_tags === 'enabled' && options.http_endpoint === 'disabled')
    yield problem(
      'metadata_options',
      messages.needs('metadata_options.instance_metadata_tags', 'the endpoint enabled'),
    );
}
