import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Artifact } from '../../../src/contract/artifact.js';
import { valuesOf } from '../../../src/contract/helpers/machine-values.js';
import type { Machine } from '../../../src/contract/machine.js';
import { unlessGone } from '../fault.js';
import { image as imageKind, imageReference } from '../kinds/image.js';
import type { ShieldedConfig } from '../options/image.js';
import { requestIdOf } from '../request-id.js';
import type { DeprecationStatus, FileContent, Image, ImageRequest } from '../types.js';
import { type BuildConfig, type Context, type InCloud, type Started, waitFor } from './config.js';
import type { ExtraDisks } from './create-disks.js';
import { keyOf } from './machine-request.js';

/** Makes the image of the disk that the machine has left. */
export async function createImage(
  context: Context,
  { cloud, diskName, machine, kept, imageDisk }: InCloud & Started & ExtraDisks & { readonly machine: Machine },
): Promise<{ readonly artifact: Artifact | undefined }> {
  const { config, resources, signal, force, now, say } = context;
  for (const resource of kept) await resource.keep();
  if (config.skip_create_image) return { artifact: undefined };
  const project = config.image_project_id || config.project_id;
  const name = config.image_name;
  if (force) {
    const wait = waitFor(context, `deleting the image ${name}`);
    await unlessGone(cloud.change('images.delete', { project, image: name }, wait));
  }
  const disk = imageDisk ?? `projects/${config.project_id}/zones/${config.zone}/disks/${diskName}`;
  const imageResource = imageRequest(context, disk);
  say(`creating the image ${name}`);
  const args = { access: cloud.access, project, name, since: now().toISOString() };
  const resource = await resources.create(imageKind, args, async (token) => {
    const request = { project, requestId: requestIdOf(token), imageResource };
    await cloud.change('images.insert', request, waitFor(context, `creating the image ${name}`));
    return { value: undefined, data: name };
  });
  const status = deprecationOf(config);
  if (status) {
    const request = { project, image: name, deprecationStatusResource: status };
    await cloud.change('images.deprecate', request, waitFor(context, `dating the image ${name}`));
  }
  const made = await cloud.call('images.get', { project, image: name }, signal);
  await resource.keep();
  return { artifact: artifactOf(config, cloud, project, made, machine) };
}

function imageRequest({ config, workingDirectory }: Context, sourceDisk: string): ImageRequest {
  const architecture = config.image_architecture?.toUpperCase();
  return {
    name: config.image_name,
    description: config.image_description,
    ...(config.image_family && { family: config.image_family }),
    labels: config.image_labels,
    ...(config.image_licenses.length > 0 && { licenses: config.image_licenses }),
    ...(config.image_guest_os_features.length > 0 && {
      guestOsFeatures: config.image_guest_os_features.map((type) => ({ type })),
    }),
    ...(config.image_storage_locations.length > 0 && { storageLocations: config.image_storage_locations }),
    ...(architecture && { architecture: architecture as 'X86_64' | 'ARM64' }),
    ...keyOf('imageEncryptionKey', config.image_encryption_key),
    sourceDisk,
    ...keyOf('sourceDiskEncryptionKey', config.disk_encryption_key),
    sourceType: 'RAW',
    ...shieldedState(config, workingDirectory),
  };
}

/** The keys of secure boot that an image brings; nothing where none is given, so that those of the disk stay. */
export function shieldedState(
  config: ShieldedConfig,
  workingDirectory: string,
): Pick<ImageRequest, 'shieldedInstanceInitialState'> {
  const read = (path: string): FileContent => contentOf(readFileSync(resolve(workingDirectory, path)));
  const pk = config.image_platform_key ? read(config.image_platform_key) : undefined;
  const keks = config.image_key_exchange_key.map(read);
  const dbs = config.image_signatures_db.map(read);
  const dbxs = config.image_forbidden_signatures_db.map(read);
  if (!pk && keks.length + dbs.length + dbxs.length === 0) return {};
  return {
    shieldedInstanceInitialState: {
      ...(pk && { pk }),
      ...(keks.length > 0 && { keks }),
      ...(dbs.length > 0 && { dbs }),
      ...(dbxs.length > 0 && { dbxs }),
    },
  };
}

function contentOf(file: Buffer): FileContent {
  let fileType: FileContent['fileType'] = 'X509';
  try {
    new X509Certificate(file);
  } catch {
    fileType = 'BIN';
  }
  return { content: file.toString('base64'), fileType };
}

/** When the image is to be used no more; undefined where nothing is said. */
export function deprecationOf(config: BuildConfig): DeprecationStatus | undefined {
  const { deprecate_at: deprecated, obsolete_at: obsolete, delete_at: deleted } = config;
  if (!deprecated && !obsolete && !deleted) return undefined;
  return {
    state: 'ACTIVE',
    ...(deprecated && { deprecated }),
    ...(obsolete && { obsolete }),
    ...(deleted && { deleted }),
  };
}

function artifactOf(
  config: BuildConfig,
  { access }: InCloud['cloud'],
  project: string,
  made: Image,
  machine: Machine,
): Artifact {
  return {
    builderId: 'packer.googlecompute',
    id: config.image_name,
    files: [],
    description: `A disk image was created in the '${project}' project: ${config.image_name}`,
    values: valuesOf(machine),
    state: {
      ImageName: config.image_name,
      ImageSizeGb: Number(made.diskSizeGb ?? 0),
      ProjectId: config.project_id,
      BuildZone: config.zone,
    },
    remove: [imageReference(access, project, config.image_name)],
  };
}
