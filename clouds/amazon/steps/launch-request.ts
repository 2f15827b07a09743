import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { encrypted, hasOrphans, mappingOf, noEphemeral } from '../block-devices.js';
import type { BlockDevice } from '../options/block-devices.js';
import { DEADLINE_TAG, RUN_TAG, tagsOf, tagSpecifications, TOKEN_TAG } from '../tags.js';
import { type Context, isSpot, type MachineConfig } from './config.js';
import type { Network } from './find-network.js';
import type { SourceImage } from './find-source-image.js';

/** A build that takes longer was forgotten. */
const DEADLINE_MILLISECONDS = 24 * 60 * 60_000;
const BURSTABLE = /^t(2|3|3a|4g)\./;

export interface LaunchFacts extends SourceImage {
  readonly network: Network;
  readonly keyName?: string;
  readonly groupIds: readonly string[];
  readonly profileName?: string;
  readonly devices: readonly BlockDevice[];
  /** Encrypt every volume at the launch, with this key; absent: leave them. */
  readonly encryption?: { readonly key?: string };
}

/** What describes the machine in RunInstances and in a launch template alike. */
export async function launchRequest(
  context: Context,
  facts: LaunchFacts,
  type: string | undefined,
  token: string,
): Promise<Omit<RunInstancesCommandInput, 'MinCount' | 'MaxCount'>> {
  const { config, render, build, now } = context;
  const { network, groupIds, data } = facts;
  const own = {
    [RUN_TAG]: build.runId,
    [TOKEN_TAG]: token,
    [DEADLINE_TAG]: new Date(now().getTime() + DEADLINE_MILLISECONDS).toISOString(),
  };
  const runTags = tagsOf(config.run_tags, config.run_tag, render, data);
  const volumeTags = {
    ...tagsOf(config.run_volume_tags, config.run_volume_tag, render, data),
    ...(hasOrphans(facts.source, facts.devices) && { [TOKEN_TAG]: token }),
  };
  const userData = await userDataOf(context);
  const mappings = [...facts.devices.map(mappingOf), ...(config.no_ephemeral ? noEphemeral() : [])];
  const devices = facts.encryption ? encrypted(mappings, facts.source, facts.encryption.key) : mappings;
  const spot = isSpot(config);
  const byInterface = network.subnetId && (spot || config.associate_public_ip_address !== undefined);
  return {
    ImageId: facts.source.ImageId ?? '',
    ...(type && { InstanceType: type as never }),
    ...(facts.keyName && { KeyName: facts.keyName }),
    ...(userData && { UserData: userData }),
    ...(devices.length > 0 && { BlockDeviceMappings: devices }),
    ...(config.ebs_optimized && { EbsOptimized: true }),
    ...(facts.profileName && { IamInstanceProfile: { Name: facts.profileName } }),
    ...creditsOf(config, type),
    ...metadataOf(config),
    ...(byInterface
      ? {
          NetworkInterfaces: [
            {
              DeviceIndex: 0,
              SubnetId: network.subnetId,
              DeleteOnTermination: true,
              Groups: [...groupIds],
              ...(config.associate_public_ip_address !== undefined && {
                AssociatePublicIpAddress: config.associate_public_ip_address,
              }),
            },
          ],
        }
      : { SecurityGroupIds: [...groupIds], ...(network.subnetId && { SubnetId: network.subnetId }) }),
    ...(spot ? {} : onDemand(config)),
    ...placementOf(config, network, spot),
    TagSpecifications: [
      ...(tagSpecifications({ ...runTags, ...own }, 'instance' as const, 'network-interface' as const) ?? []),
      ...(tagSpecifications(volumeTags, 'volume' as const) ?? []),
    ],
  };
}

function onDemand(config: MachineConfig): Partial<RunInstancesCommandInput> {
  const target = {
    ...(config.capacity_reservation_id && { CapacityReservationId: config.capacity_reservation_id }),
    ...(config.capacity_reservation_group_arn && {
      CapacityReservationResourceGroupArn: config.capacity_reservation_group_arn,
    }),
  };
  const licenses = config.license_specifications.flatMap(({ license_configuration_request: request }) =>
    request ? [{ LicenseConfigurationArn: request.license_configuration_arn }] : [],
  );
  return {
    InstanceInitiatedShutdownBehavior: config.shutdown_behavior,
    ...(config.enable_nitro_enclave && { EnclaveOptions: { Enabled: true } }),
    ...(licenses.length > 0 && { LicenseSpecifications: licenses }),
    ...(Object.keys(target).length > 0
      ? { CapacityReservationSpecification: { CapacityReservationTarget: target } }
      : config.capacity_reservation_preference && {
          CapacityReservationSpecification: { CapacityReservationPreference: config.capacity_reservation_preference },
        }),
  };
}

function placementOf(
  config: MachineConfig,
  network: Network,
  spot: boolean,
): Pick<RunInstancesCommandInput, 'Placement'> {
  const { placement } = config;
  const tenancy = config.tenancy || placement?.tenancy;
  const own = {
    ...(tenancy && { Tenancy: tenancy }),
    ...(placement?.host_id && { HostId: placement.host_id }),
    ...(placement?.host_resource_group_arn && { HostResourceGroupArn: placement.host_resource_group_arn }),
  };
  const Placement = { ...(network.zone && { AvailabilityZone: network.zone }), ...(spot ? {} : own) };
  return Object.keys(Placement).length > 0 ? { Placement } : {};
}

function creditsOf(config: MachineConfig, type = ''): Pick<RunInstancesCommandInput, 'CreditSpecification'> {
  const unlimited = config.enable_unlimited_credits || config.enable_t2_unlimited;
  if (!BURSTABLE.test(type)) return {};
  return { CreditSpecification: { CpuCredits: unlimited ? 'unlimited' : 'standard' } };
}

/** What the template does not say is the account's or the image's own business. */
function metadataOf({ metadata_options: options }: MachineConfig): Pick<RunInstancesCommandInput, 'MetadataOptions'> {
  const MetadataOptions = {
    ...(options?.http_endpoint && { HttpEndpoint: options.http_endpoint }),
    ...(options?.http_tokens && { HttpTokens: options.http_tokens }),
    ...(options?.http_put_response_hop_limit && { HttpPutResponseHopLimit: options.http_put_response_hop_limit }),
    ...(options?.instance_metadata_tags && { InstanceMetadataTags: options.instance_metadata_tags }),
  };
  return Object.keys(MetadataOptions).length > 0 ? { MetadataOptions } : {};
}

/** In base64; a text that is base64 already goes as it is. */
async function userDataOf({ config, workingDirectory }: Context): Promise<string | undefined> {
  const text = config.user_data_file
    ? await readFile(resolve(workingDirectory, config.user_data_file), 'utf8')
    : config.user_data;
  if (!text) return undefined;
  const compact = text.trim();
  const isEncoded = compact.length % 4 === 0 && Buffer.from(compact, 'base64').toString('base64') === compact;
  return isEncoded ? compact : Buffer.from(text).toString('base64');
}
