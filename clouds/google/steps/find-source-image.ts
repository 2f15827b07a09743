import { ImgpackError } from '../../../src/messages/message.js';
import type { Cloud } from '../cloud.js';
import { isFault } from '../fault.js';
import { messages } from '../messages.js';
import type { Image } from '../types.js';
import type { Context, InCloud, Source } from './config.js';

/** Where Google and its partners publish images. */
const PUBLIC = (
  'almalinux-cloud centos-cloud cloud-hpc-image-public cos-cloud coreos-cloud debian-cloud fedora-cloud ' +
  'fedora-coreos-cloud freebsd-org-cloud-dev rhel-cloud rhel-sap-cloud rocky-linux-cloud suse-cloud suse-sap-cloud ' +
  'suse-byos-cloud ubuntu-os-cloud windows-cloud windows-sql-cloud gce-nvme google-containers opensuse-cloud ' +
  'ubuntu-os-pro-cloud ml-images'
).split(' ');

/** Finds the image that the machine starts from: once for all builds that start from the same. */
export async function findSourceImage({ config, say, signal }: Context, { cloud }: InCloud): Promise<Source> {
  const projects =
    config.source_image_project_id.length > 0 ? config.source_image_project_id : [config.project_id, ...PUBLIC];
  const wanted = config.source_image || config.source_image_family || '';
  const isFamily = !config.source_image;
  const key = JSON.stringify(['source', projects, wanted, isFamily]);
  const source = await cloud.answers.of(key, () => search(cloud, projects, wanted, isFamily, signal));
  const isUefi = source.guestOsFeatures?.some(({ type }) => type === 'UEFI_COMPATIBLE');
  if (config.enable_secure_boot && !isUefi) throw new ImgpackError(messages.notUefi(source.name ?? wanted));
  say(`source image: ${source.name ?? wanted}`);
  return { source };
}

async function search(
  cloud: Cloud,
  projects: readonly string[],
  wanted: string,
  isFamily: boolean,
  signal: AbortSignal,
): Promise<Image> {
  for (const project of projects) {
    try {
      return isFamily
        ? await cloud.call('images.getFromFamily', { project, family: wanted }, signal)
        : await cloud.call('images.get', { project, image: wanted }, signal);
    } catch (error) {
      if (!isFault(error, 404) && !(projects.length > 1 && isFault(error, 403))) throw error;
    }
  }
  throw new ImgpackError(messages.sourceMissing(`${isFamily ? 'family' : 'image'} \`${wanted}\``, projects));
}
