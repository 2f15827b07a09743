import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Host } from '../host.js';
import { commandMessages } from '../messages/commands.js';
import { ImgpackError } from '../messages/message.js';
import type { ConvertValues } from './flag-tables.js';
import type { CommandArguments } from './command.js';

/**
 * `imgpack convert`: HCL as JSON for jq and policy tools, by HashiCorp's own parser. A file gives its object, a folder an
 * object of file names. Blocks are grouped by type: the order between types is lost; `inspect -json` keeps it.
 */
export async function run(values: CommandArguments<ConvertValues>, host: Host): Promise<number> {
  const path = values.positionals[0] as string;
  const { parse } = await import('@cdktf/hcl2json');
  const convert = async (name: string, source: string): Promise<unknown> => {
    try {
      return await parse(name, source);
    } catch (error) {
      throw new ImgpackError(
        commandMessages.notConverted(name, error instanceof Error ? error.message : String(error)),
        { cause: error },
      );
    }
  };
  const print = (value: unknown) => host.out(`${JSON.stringify(value, null, values.compact ? 0 : 2)}\n`);
  if (path === '-') {
    print(await convert('<stdin>', await readAll(host.stdin)));
    return 0;
  }
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new ImgpackError(commandMessages.unreadable(path, error.code ?? error.message), { cause: error });
  });
  if (!info.isDirectory()) {
    print(await convert(path, await readFile(path, 'utf8')));
    return 0;
  }
  const result: Record<string, unknown> = {};
  for (const name of (await readdir(path)).filter((entry) => entry.endsWith('.hcl')).sort()) {
    result[name] = await convert(join(path, name), await readFile(join(path, name), 'utf8'));
  }
  print(result);
  return 0;
}
