import type { BuilderContext } from '../../../src/contract/context.js';
import { parseChecksum } from '../../../src/contract/helpers/checksum.js';
import { obtainFile } from '../../../src/contract/helpers/download.js';
import { httpRequest } from '../../../src/contract/helpers/http-client.js';
import { ImgpackError } from '../../../src/messages/message.js';
import type { Config } from '../config.js';
import { messages } from '../messages.js';
import { isUnchanged } from '../saved-machine.js';
import type { Origin } from './look-at-state.js';

export interface SourceImage {
  /** Absolute path, or a URL that QEMU reads itself. */
  readonly imagePath: string;
  /** The location that was used. */
  readonly imageUrl: string;
}

/** Long enough for a slow server to answer one question. */
const PROBE_MILLISECONDS = 30_000;

/** Gets the installer or the disk image, verified; or, with `iso_skip_cache`, finds a URL that QEMU can read from. */
export async function obtainImage(context: BuilderContext<Config>, { origin }: Origin): Promise<SourceImage> {
  const { config } = context;
  if (origin && (await isUnchanged(origin.saved.image))) {
    return { imagePath: origin.saved.image.path, imageUrl: origin.saved.image.url };
  }
  const locations = config.iso_url ? [config.iso_url] : config.iso_urls;
  if (config.iso_skip_cache) return findReadable(locations, context);
  const checksum = parseChecksum(config.iso_checksum ?? '', context.workingDirectory);
  if ('problem' in checksum) throw new ImgpackError(checksum.problem);
  const { path, location } = await obtainFile(
    { locations, checksum, targetPath: config.iso_target_path, extension: config.iso_target_extension },
    context,
  );
  return { imagePath: path, imageUrl: location };
}

/** QEMU reads a remote image piece by piece, so the server must give pieces. The last one that does is taken. */
async function findReadable(locations: readonly string[], context: BuilderContext<Config>): Promise<SourceImage> {
  let found: string | undefined;
  for (const location of locations) {
    if (await readsInParts(location, context)) found = location;
  }
  if (found === undefined) throw new ImgpackError(messages.rangeUnsupported(locations.join(', ')));
  return { imagePath: found, imageUrl: found };
}

async function readsInParts(location: string, context: BuilderContext<Config>): Promise<boolean> {
  try {
    const { env, signal } = context;
    const response = await httpRequest(location, { method: 'HEAD', env, signal, idleTimeout: PROBE_MILLISECONDS });
    response.body.destroy();
    const fits = response.status >= 200 && response.status < 300 && response.headers['accept-ranges'] === 'bytes';
    if (!fits) context.log(`${location}: status ${response.status}, no ranges`);
    return fits;
  } catch (error) {
    if (context.signal.aborted) throw error;
    context.log(`${location}: ${(error as Error).message}`);
    return false;
  }
}
