/**
 * Bytes of single-byte sets that Go's tables read otherwise than those of iconv-lite; null where the byte means nothing.
 * Most parts of ISO 8859 have no control characters from 0x80 to 0x9f there.
 */
export function patchesOf(codec: string): ReadonlyMap<number, string | null> | undefined {
  if (/^iso-?8859-?(?!(?:1|9)$)\d+$/i.test(codec)) return WITHOUT_CONTROLS;
  return PATCHES[codec];
}

const WITHOUT_CONTROLS = new Map(Array.from({ length: 32 }, (_, i) => [0x80 + i, null] as const));

const PATCHES: Readonly<Record<string, ReadonlyMap<number, string | null>>> = {
  'koi8-u': new Map([
    [0xae, 'ў'],
    [0xbe, 'Ў'],
  ]),
  macintosh: new Map([
    [0xdb, '€'],
    [0xf0, '\uf8ff'],
  ]),
};

/** Reads bytes one by one where a patch is among them. */
export function decodePatched(
  bytes: Buffer,
  patches: ReadonlyMap<number, string | null>,
  decode: (bytes: Buffer) => string,
): string {
  if (!bytes.some((byte) => patches.has(byte))) return decode(bytes);
  return Array.from(bytes, (byte) => {
    const patch = patches.get(byte);
    return patch === undefined ? decode(Buffer.of(byte)) : (patch ?? '\ufffd');
  }).join('');
}

/** The bytes of a text, or undefined where a character has none. */
export function encodePatched(
  text: string,
  patches: ReadonlyMap<number, string | null>,
  encode: (text: string) => Buffer | undefined,
): Buffer | undefined {
  const byCharacter = new Map([...patches].flatMap(([byte, character]) => (character ? [[character, byte]] : [])));
  const pieces: Buffer[] = [];
  for (const character of text) {
    const byte = byCharacter.get(character);
    const piece = byte === undefined ? encode(character) : Buffer.of(byte);
    // What iconv-lite has at a patched byte is not in the set.
    if (!piece || (byte === undefined && patches.has(piece[0] as number))) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
