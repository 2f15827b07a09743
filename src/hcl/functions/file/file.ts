import { readFileSync, statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { BOOL, STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { decodeUtf8 } from '../encoding/base64.js';
import { badArgument, define, reasonOf, stringFunction } from '../define.js';
import { expandHome, fromTemplate } from './paths.js';

export const file = stringFunction(
  'file',
  'the text of a file, by its path from the template directory',
  (path, context) => readText(fromTemplate(expandHome(path, context), context)),
);

export const filebase64 = stringFunction(
  'filebase64',
  'the bytes of a file in base64, by its path from the working directory',
  (path, context) => readBytes(resolve(context.workingDirectory, path)).toString('base64'),
);

/** False for a missing file; a folder or device is an error, as it is no file that could be read. */
export const fileexists = define({
  name: 'fileexists',
  summary: 'whether a file exists, by its path from the template directory',
  parameters: [{ name: 'path', type: STRING }],
  returns: BOOL,
  call: ([path], context) => {
    const absolute = fromTemplate(expandHome(path.text, context), context);
    let found: Stats;
    try {
      found = statSync(absolute);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Value.bool(false);
      throw badArgument(0, `\`${path.text}\` cannot be looked at: ${reasonOf(error)}`);
    }
    if (!found.isFile()) throw badArgument(0, `\`${path.text}\` is not a regular file`);
    return Value.bool(true);
  },
});

/** The text of a UTF-8 file. Throws `FunctionError` when it cannot be read or holds other bytes. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return decodeUtf8(bytes);
  } catch {
    throw badArgument(0, `\`${path}\` is not UTF-8 text; \`filebase64\` reads any bytes`);
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw badArgument(0, `the file cannot be read: ${reasonOf(error)}`);
  }
}
