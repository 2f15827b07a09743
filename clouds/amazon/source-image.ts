import type { DescribeImagesCommandInput, Filter, Image } from '@aws-sdk/client-ec2';
import type { JsonObject } from '../../src/contract/json.js';
import { ImgpackError } from '../../src/messages/message.js';
import type { Cloud } from './cloud.js';
import { filterText } from './filters.js';
import { messages } from './messages.js';

export interface ImageQuery {
  readonly id?: string | undefined;
  readonly filters: readonly Filter[];
  readonly owners: readonly string[];
  readonly newest: boolean;
  readonly deprecated: boolean;
}

/**
 * The one image that a query means.
 * @throws ImgpackError `amazon/nothing-found` or `amazon/several-found`
 */
export async function findImage(cloud: Cloud, { id, filters, owners, newest, deprecated }: ImageQuery): Promise<Image> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2');
  const input: DescribeImagesCommandInput = {
    ...(id && { ImageIds: [id] }),
    ...(filters.length > 0 && { Filters: [...filters] }),
    ...(owners.length > 0 && { Owners: [...owners] }),
    ...(deprecated && { IncludeDeprecated: true }),
  };
  const ec2 = await cloud.ec2();
  const Images = await (
    await cloud.queries()
  ).images(JSON.stringify(input), async () => (await ec2.send(new DescribeImagesCommand(input))).Images ?? []);
  const [first, ...others] = [...Images].sort((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''));
  if (!first) {
    const text = id ? `the id ${id}` : `${filterText(filters)} of ${owners.join(', ') || 'anyone'}`;
    throw new ImgpackError(messages.nothingFound('image', text));
  }
  if (others.length > 0 && !newest)
    throw new ImgpackError(
      messages.severalFound('images', Images.length, 'narrow the filters, or set `most_recent = true`'),
    );
  return first;
}

/** What `{{ }}` in tags and descriptions may refer to. */
export function templateData(region: string, image: Image): JsonObject {
  return {
    BuildRegion: region,
    ...sourceValues(image),
    SourceAMITags: Object.fromEntries((image.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}

/** The same as `build.*`. */
export const sourceValues = (image: Image): Record<string, string> => ({
  SourceAMI: image.ImageId ?? '',
  SourceAMICreationDate: image.CreationDate ?? '',
  SourceAMIName: image.Name ?? '',
  SourceAMIOwner: image.OwnerId ?? '',
  SourceAMIOwnerName: image.ImageOwnerAlias ?? '',
});
