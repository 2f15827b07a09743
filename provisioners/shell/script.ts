import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ProvisionerContext } from '../../src/contract/context.js';
import { scriptFiles, scriptMessages } from '../../src/contract/helpers/script-options.js';
import { ImgpackError } from '../../src/messages/message.js';
import type { Config } from './config.js';

/** A script as it goes into the machine. */
export interface Script {
  /** As it is shown; undefined for an inline script. */
  readonly path: string | undefined;
  read(): Promise<Buffer>;
}

/** The scripts in order: the files, or the inline one. */
export function scriptsOf(config: Config, context: ProvisionerContext): Script[] {
  const files = scriptFiles(config).map((path) => ({
    path,
    read: async () => convert(config, await readScript(path, context.workingDirectory)),
  }));
  if (config.inline.length === 0) return files;
  const content = convert(config, Buffer.from(inlineScript(config, context)));
  return [...files, { path: undefined, read: () => Promise.resolve(content) }];
}

function inlineScript(config: Config, context: ProvisionerContext): string {
  const lines = config.inline.map((line) => context.render(line, { ...context.values }));
  const shebang = config.inline_shebang || '/bin/sh -e';
  const bringsOne = !config.inline_shebang && (lines[0] as string).startsWith('#!');
  return [...(bringsOne ? [] : [`#!${shebang}`]), ...lines, ''].join('\n');
}

async function readScript(path: string, workingDirectory: string): Promise<Buffer> {
  try {
    return await readFile(resolve(workingDirectory, path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'it does not exist' : message;
    throw new ImgpackError(scriptMessages.missing(path, reason), { cause: error });
  }
}

/** Line ends of Unix, and one at the end; bytes that are no text stay as they are. */
export function convert(config: Pick<Config, 'binary'>, content: Buffer): Buffer {
  if (config.binary) return content;
  const text = content.toString('latin1').replaceAll('\r\n', '\n');
  return Buffer.from(text === '' || text.endsWith('\n') ? text : `${text}\n`, 'latin1');
}
