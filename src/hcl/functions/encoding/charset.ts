import type * as Iconv from 'iconv-lite';
import { lazily } from '../lazy.js';
import { decodePatched, encodePatched, patchesOf } from './charset-patches.js';

const iconv = lazily<typeof Iconv>('iconv-lite');

/** The bytes of a text in a codec of `codecNamed`, or `undefined` when the set lacks one of its characters. */
export function encodeText(text: string, codec: string): Buffer | undefined {
  switch (codec) {
    case 'utf-16':
      return Buffer.concat([Buffer.from([0xfe, 0xff]), iconv().encode(text, 'utf-16be', { addBOM: false })]);
    case 'iso-2022-jp':
      return encodeShifted(text, iso2022Jp);
    case 'hz-gb-2312':
      return encodeShifted(text, hz);
    default: {
      const patches = patchesOf(codec);
      const encode = (part: string) => {
        const bytes = iconv().encode(part, codec, { addBOM: false });
        return iconv().decode(bytes, codec, { stripBOM: false }) === part ? bytes : undefined;
      };
      return patches ? encodePatched(text, patches, encode) : encode(text);
    }
  }
}

/** The text of bytes in a codec of `codecNamed`, or `undefined` when they are not text in that set. */
export function decodeText(bytes: Buffer, codec: string): string | undefined {
  const text = decodeBytes(bytes, codec);
  return text.includes('\ufffd') ? undefined : text;
}

function decodeBytes(bytes: Buffer, codec: string): string {
  switch (codec) {
    case 'utf-16':
      // A mark tells the order; without one the high byte comes first.
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeBytes(bytes.subarray(2), 'utf-16le');
      return decodeBytes(bytes[0] === 0xfe && bytes[1] === 0xff ? bytes.subarray(2) : bytes, 'utf-16be');
    case 'utf-16le':
    case 'utf-16be':
      // An odd byte at the end is half a unit.
      if (bytes.length % 2 === 1) return '\ufffd';
      return iconv()
        .decode(bytes, codec, { stripBOM: false })
        .replace(/\p{Cs}/gu, '\ufffd');
    case 'iso-2022-jp':
      return new TextDecoder('iso-2022-jp').decode(bytes);
    case 'hz-gb-2312':
      return decodeHz(bytes);
    default: {
      const patches = patchesOf(codec);
      const decode = (part: Buffer) => iconv().decode(part, codec, { stripBOM: false });
      return patches ? decodePatched(bytes, patches, decode) : decode(bytes);
    }
  }
}

interface Shifting {
  /** The set of a character and its bytes there; `undefined` where no set has it. */
  place(character: string): { set: string; bytes: Uint8Array } | undefined;
  readonly start: string;
  /** Whether the text ends in the set in which it started. */
  readonly returns: boolean;
  /** The bytes that change from one set to another. */
  change(from: string, to: string): string;
}

function encodeShifted(text: string, shifting: Shifting): Buffer | undefined {
  const pieces: Uint8Array[] = [];
  let set = shifting.start;
  const moveTo = (next: string): void => {
    if (next !== set) pieces.push(Buffer.from(shifting.change(set, next), 'latin1'));
    set = next;
  };
  for (const character of text) {
    const place = shifting.place(character);
    if (!place) return undefined;
    moveTo(place.set);
    pieces.push(place.bytes);
  }
  if (shifting.returns) moveTo(shifting.start);
  return Buffer.concat(pieces);
}

/** Escape sequences of RFC 1468 and of the half-width letters. */
const iso2022Jp: Shifting = {
  start: '(B',
  returns: true,
  change: (_, to) => `\x1b${to}`,
  place(character) {
    if (character <= '\x7f') return { set: '(B', bytes: Buffer.from(character) };
    const bytes = encodeText(character, 'euc-jp');
    if (!bytes) return undefined;
    // The supplementary set has no escape sequence here.
    if (bytes.length === 3) return undefined;
    if (bytes[0] === 0x8e) return { set: '(I', bytes: lowered(bytes.subarray(1)) };
    return { set: '$B', bytes: lowered(bytes) };
  },
};

/** RFC 1843: `~{` and `~}` change between ASCII and GB 2312, and a tilde is doubled. */
const hz: Shifting = {
  start: '~}',
  // As Go writes it: what follows would have to change back itself.
  returns: false,
  change: (_, to) => to,
  place(character) {
    if (character <= '\x7f') return { set: '~}', bytes: Buffer.from(character === '~' ? '~~' : character) };
    // The table of iconv-lite has the euro sign at a single byte.
    const bytes = character === '€' ? Buffer.of(0xa2, 0xe3) : encodeText(character, 'gbk');
    const isBasic = bytes?.length === 2 && bytes.every((byte) => byte >= 0xa1);
    return bytes && isBasic ? { set: '~{', bytes: lowered(bytes) } : undefined;
  },
};

function lowered(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte & 0x7f);
}

function decodeHz(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return text.replace(/~\{((?:[!-}][!-~])*)(?:~\}|$)|~~|~\n|[^~\x00-\x7f]|~/g, (found, pairs?: string) => {
    if (pairs !== undefined) {
      return iconv().decode(Buffer.from(Array.from(pairs, (pair) => pair.charCodeAt(0) | 0x80)), 'gbk');
    }
    if (found === '~~') return '~';
    return found === '~\n' ? '' : '\ufffd';
  });
}
