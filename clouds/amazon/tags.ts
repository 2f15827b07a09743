import type { Tag } from '@aws-sdk/client-ec2';
import type { JsonObject } from '../../src/contract/json.js';

/** Tags by which machines are found whose build is gone, with or without its journal. */
export const RUN_TAG = 'imgpack:run';
export const TOKEN_TAG = 'imgpack:token';
export const DEADLINE_TAG = 'imgpack:deadline';

export type TagMap = Readonly<Record<string, string>>;

export type Render = (template: string, data: JsonObject) => string;

/** A map of tags with its blocks merged over it, keys and values rendered. */
export function tagsOf(
  map: TagMap,
  blocks: readonly { readonly key?: string; readonly name?: string; readonly value: string }[],
  render: Render,
  data: JsonObject,
): Record<string, string> {
  const written = [
    ...Object.entries(map),
    ...blocks.map(({ key, name, value }) => [key ?? name ?? '', value] as const),
  ];
  const rendered = (text: string): string => (text.includes('{{') ? render(text, data) : text);
  return Object.fromEntries(written.map(([key, value]) => [rendered(key), rendered(value)]));
}

export const asTags = (map: TagMap): Tag[] => Object.entries(map).map(([Key, Value]) => ({ Key, Value }));

/** Tag specifications for a creation; undefined where there are none, as AWS refuses empty ones. */
export function tagSpecifications<T extends string>(
  tags: TagMap,
  ...kinds: readonly T[]
): { ResourceType: T; Tags: Tag[] }[] | undefined {
  const Tags = asTags(tags);
  return Tags.length === 0 ? undefined : kinds.map((ResourceType) => ({ ResourceType, Tags }));
}
