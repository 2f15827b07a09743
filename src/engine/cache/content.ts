import type { DigestCache } from '../../cache/digests.js';

/** The content and mode of a file or folder as keys take it in; undefined where there is nothing. */
export async function contentOf(path: string, digests: DigestCache): Promise<string | undefined> {
  const content = await digests.digest(path);
  return content && `${content.digest} ${content.mode.toString(8)}`;
}
