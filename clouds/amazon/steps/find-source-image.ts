import type { Image } from '@aws-sdk/client-ec2';
import type { JsonObject } from '../../../src/contract/json.js';
import { ImgpackError } from '../../../src/messages/message.js';
import { filtersOf } from '../filters.js';
import { messages } from '../messages.js';
import { findImage, templateData } from '../source-image.js';
import type { Context, InCloud } from './config.js';

export interface SourceImage {
  readonly source: Image;
  readonly data: JsonObject;
}

export async function findSourceImage(context: Context, { cloud }: InCloud): Promise<SourceImage> {
  const { config } = context;
  const filter = config.source_ami_filter;
  const source = await findImage(cloud, {
    id: config.source_ami,
    filters: filter ? filtersOf(filter) : [],
    owners: filter?.owners ?? [],
    newest: filter?.most_recent ?? false,
    deprecated: filter?.include_deprecated ?? false,
  });
  const id = source.ImageId ?? '';
  context.say(`source image: ${id} (${source.Name ?? 'without a name'})`);
  if (source.RootDeviceType && source.RootDeviceType !== 'ebs') throw new ImgpackError(messages.rootNotEbs(id));
  const type = config.ami_virtualization_type || source.VirtualizationType;
  if ((config.ena_support || config.sriov_support) && type !== 'hvm') throw new ImgpackError(messages.notHvm(id));
  return { source, data: templateData(cloud.access.region, source) };
}
