import { badArgument, stringFunction } from '../define.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes that a base64 text with padding writes; line breaks are passed over. `undefined` for a faulty text. */
export function decodeBase64(text: string): Buffer | undefined {
  const body = text.replace(/[\r\n]/g, '');
  const isValid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(body);
  return isValid ? Buffer.from(body, 'base64') : undefined;
}

/** The text of UTF-8 bytes, a byte order mark included. Throws `TypeError` for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}

export const base64encode = stringFunction('base64encode', 'the base64 form of a text', (text) =>
  Buffer.from(text).toString('base64'),
);

export const base64decode = stringFunction('base64decode', 'the text of a base64 form', (text) => {
  const bytes = decodeBase64(text);
  if (!bytes) throw badArgument(0, 'is not valid base64');
  try {
    return decodeUtf8(bytes);
  } catch {
    throw badArgument(0, 'holds bytes that are not UTF-8 text');
  }
});

/** All but letters, digits and `-_.~` is escaped; a space becomes `+`. */
export const urlencode = stringFunction('urlencode', 'the text escaped for the query of a URL', (text) =>
  encodeURIComponent(text)
    .replace(/[!*'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+'),
);
